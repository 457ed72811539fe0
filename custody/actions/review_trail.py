"""Reviewing the audit trail: signing for what was seen, and for what was found."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Author, SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from audit.models import RefusedAttempt
from audit.queries.changes import matching_changes, performed_by
from custody.models import TrailReview
from custody.queries.reviews import Reviewed, Seen, seen_in
from custody.queries.trail import hidden_from
from custody.reviews import insist_on_sight, record_review
from custody.rules.reviewing import MOST_NAMED, refusals_of_findings, refusals_to_review


def review_trail(
    *,
    what: Reviewed,
    shown: Seen,
    findings: str,
    of_entries: Mapping[str, str],
    intent: SignedIntent,
    at: datetime,
) -> TrailReview:
    """
    Record that somebody looked at these entries and what they found, with their signature.

    shown: what the page showed; what is in scope up to the same change must still be that.
    findings: of the whole, empty for none; of_entries: of single entries, by their key.
    Raises NotAuthorised; ActionRefused (NOTHING_TO_REVIEW, TOO_MANY_ENTRIES, TOO_MANY_STAND_OUT,
    ENTRIES_CHANGED, OWN_ENTRIES, FINDING_OUT_OF_SCOPE).
    Source: 21 CFR 11.10(e); Annex 11 (2011) section 9; URS-42, URS-43.
    """
    with signed_change(intent, action="review_trail") as change:
        change.subject.update(scope=what.scope, subject=what.subject, filter=what.said)
        require_role(intent.signer, [Role.QA, Role.RELEASE])
        insist_on_sight(what, intent.signer)
        seen = seen_in(
            what,
            seen_by=intent.signer,
            until=(shown.read_until, shown.attempts_until),
            seed=str(shown.drawn_by.get("seed", "")),
            size=int(shown.drawn_by.get("size", 0)),
        )
        refusals = refusals_to_review(
            changes=seen.changes,
            attempts=len(seen.attempts),
            alone=len(seen.keys),
            digest=seen.digest,
            digest_shown=shown.digest,
            own=_own(what, seen, intent.signer),
        )
        refuse_if(refusals + refusals_of_findings(of_entries, seen.keys))
        said = findings.strip() or "none"
        return record_review(change, what, seen, findings=said, of_entries=of_entries, at=at)


def _own(what: Reviewed, seen: Seen, signer: Author) -> list[str]:
    """Name the entries that the reviewer performed or signed, one more than are told."""
    hidden = hidden_from(signer)
    rows = matching_changes(what.matching, but_not=hidden, until=seen.read_until)
    mine: QuerySet[RefusedAttempt] = RefusedAttempt.objects.filter(actor=signer.pk)
    changes = rows.filter(performed_by(signer.pk)).order_by("pk").values_list("pk", flat=True)
    attempts = mine.filter(pk__in=seen.attempts).order_by("pk").values_list("pk", flat=True)
    return [
        *(f"change {key}" for key in changes[: MOST_NAMED + 1]),
        *(f"refused attempt {key}" for key in attempts[: MOST_NAMED + 1]),
    ]
