"""What reviewing access takes: whose line it is, what may be said of it, and when it is done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import (
    AccessReview,
    AccessReviewLine,
    LineDecision,
    Person,
    ReviewStatus,
    ServiceToken,
)
from accounts.roles import Role
from audit.authors import Author
from audit.errors import NotFound, Refusal
from audit.writes import update_all

REVIEWERS = (Role.QA,)
UNKNOWN_REVIEW = Refusal("UNKNOWN_REVIEW", "No review of access has this number.")
UNKNOWN_LINE = Refusal("UNKNOWN_LINE", "A line is not of this review. Open the review again.")
CLOSED = Refusal("REVIEW_CLOSED", "This review is closed: what was decided stays as it is.")
OWN_LINE = Refusal(
    "OWN_LINE", "Nobody reviews their own access: somebody else of quality marks that line."
)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a reviewer says of one line."""

    decision: LineDecision
    note: str = ""


def locked_review(review_id: int) -> AccessReview:
    """
    Return a review under its lock.

    Raises NotFound: there is none with this number.
    """
    rows = AccessReview.objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=review_id).first()
    if found is None:
        raise NotFound([UNKNOWN_REVIEW])
    return found


def refusals_to_mark(
    review: AccessReview,
    lines: Mapping[int, AccessReviewLine],
    said: Mapping[int, Said],
    by: Author,
) -> list[Refusal]:
    """
    Say why these marks may not be kept; empty when they may.

    lines: of the review, by key.
    Source: Annex 11 (2011) section 11; URS-18.
    """
    refusals = [CLOSED] if review.status == ReviewStatus.CLOSED else []
    if said.keys() - lines.keys():
        refusals.append(UNKNOWN_LINE)
    if any(lines[key].person_id == by.pk for key in said.keys() & lines.keys()):
        refusals.append(OWN_LINE)
    without = [
        str(lines[key])
        for key in sorted(said.keys() & lines.keys())
        if said[key].decision != LineDecision.KEEP and not said[key].note.strip()
    ]
    if without:
        words = f"Say what is to go or to change, and why: {', '.join(without)}."
        refusals.append(Refusal("NOTE_MISSING", words))
    return refusals


def refusals_to_close(review: AccessReview, unmarked: int) -> list[Refusal]:
    """
    Say why a review may not be closed; empty when it may.

    unmarked: how many of its lines nobody marked.
    """
    if review.status == ReviewStatus.CLOSED:
        return [CLOSED]
    if not unmarked:
        return []
    words = (
        f"{unmarked} lines are not marked yet. Mark each; somebody else of quality marks those "
        "of your own account."
    )
    return [Refusal("LINES_UNMARKED", words)]


def settle_closed_account(person: Person) -> None:
    """Note in the open Change that an account is closed, where a review asked for it."""
    _settle(AccessReviewLine.objects.filter(person=person, token__isnull=True))


def settle_revoked_token(token: ServiceToken) -> None:
    """Note in the open Change that a token is revoked, where a review asked for it."""
    _settle(AccessReviewLine.objects.filter(token=token))


def _settle(lines: Iterable[AccessReviewLine]) -> None:
    done = [
        line
        for line in lines
        if line.settled_at is None and line.decision in {LineDecision.REVOKE, LineDecision.CHANGE}
    ]
    settle(done, at=timezone.now())


def settle(lines: list[AccessReviewLine], *, at: datetime) -> None:
    """Write into the open Change that what was decided on these lines is carried out."""
    for line in lines:
        line.settled_at = at
    update_all(lines, ["settled_at"])
