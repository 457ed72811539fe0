"""Marking lines of a review of access: kept, to be revoked, or to be changed."""

from collections.abc import Mapping
from datetime import datetime

from accounts.authority import require_role
from accounts.models import AccessReviewLine
from accounts.reviewing import REVIEWERS, Said, locked_review, refusals_to_mark
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import refuse_if
from audit.writes import update_all


def mark_access_lines(
    *, review_id: int, said: Mapping[int, Said], attribution: Attribution, at: datetime
) -> int:
    """
    Keep what a reviewer says of lines of an open review; return how many marks were new.

    said: by the key of the line. A mark may be changed until the review is closed by signature.
    Raises NotFound; NotAuthorised; ActionRefused (REVIEW_CLOSED, UNKNOWN_LINE, OWN_LINE,
    NOTE_MISSING).
    Source: Annex 11 (2011) section 11; URS-18.
    """
    with attributed_change(attribution, action="mark_access_lines") as change:
        change.subject.update(review=review_id)
        review = locked_review(review_id)
        require_role(attribution.actor, REVIEWERS)
        rows = review.lines.filter(pk__in=list(said)).select_related("person", "token")
        lines = {row.pk: row for row in rows}
        refuse_if(refusals_to_mark(review, lines, said, attribution.actor))
        marked = [line for key, line in sorted(lines.items()) if _differs(line, said[key])]
        for line in marked:
            line.decision, line.note = said[line.pk].decision, said[line.pk].note.strip()
            line.decided_by_id, line.decided_at = attribution.actor.pk, at
            line.settled_at = None
        update_all(marked, ["decision", "note", "decided_by", "decided_at", "settled_at"])
    return len(marked)


def _differs(line: AccessReviewLine, said: Said) -> bool:
    return (line.decision, line.note) != (said.decision, said.note.strip())
