"""What reviewing the trail and deferring a review share: the record, and its entries."""

from collections.abc import Mapping
from datetime import date, datetime

from audit.authors import Author
from audit.changes import OpenChange
from audit.errors import NotAuthorised, Refusal
from custody.models import ReviewedEntry, ReviewOutcome, TrailReview
from custody.queries.reviews import Reviewed, Seen
from inventory.models import Program

OUTSIDE = Refusal("OUTSIDE_PROGRAM", "This belongs to a program you do not see.")


def insist_on_sight(what: Reviewed, signer: Author) -> None:
    """
    Stop somebody who would sign for a program that they may not see.

    Raises NotAuthorised: they may not.
    Source: GDPR Art. 25; URS-117.
    """
    seen = Program.objects.visible_to(signer)
    if what.program_id is not None and not seen.filter(pk=what.program_id).exists():
        raise NotAuthorised([OUTSIDE])


def record_review(
    change: OpenChange,
    what: Reviewed,
    seen: Seen,
    *,
    findings: str,
    of_entries: Mapping[str, str],
    at: datetime,
    due_on: date | None = None,
) -> TrailReview:
    """
    Write the record of a review with the entries that stand in it, and sign it.

    of_entries: what was found of single entries, by their key. due_on: only of a deferral.
    """
    review = _review(what, seen, findings=findings, at=at, due_on=due_on)
    review.save(force_insert=True)
    ReviewedEntry.objects.bulk_create(
        [
            _entry(review, key, seen.critical.get(key, ""), of_entries.get(key, ""))
            for key in seen.keys
        ]
    )
    change.sign([review])
    return review


def _review(
    what: Reviewed, seen: Seen, *, findings: str, at: datetime, due_on: date | None
) -> TrailReview:
    return TrailReview(
        scope=what.scope,
        outcome=ReviewOutcome.REVIEWED if due_on is None else ReviewOutcome.DEFERRED,
        subject=what.subject,
        program_id=what.program_id,
        said=what.said,
        query=what.query,
        read_until=seen.read_until,
        attempts_until=seen.attempts_until,
        changes=seen.changes,
        attempts=len(seen.attempts),
        first_change=seen.first,
        last_change=seen.last,
        digest=seen.digest,
        findings=findings,
        sample=seen.drawn_by,
        due_on=due_on,
        reviewed_at=at,
    )


def _entry(review: TrailReview, key: str, why: str, finding: str) -> ReviewedEntry:
    number = int(key[1:])
    return ReviewedEntry(
        review=review,
        reviewed_id=number if key.startswith("c") else None,
        attempt_id=number if key.startswith("r") else None,
        why=why,
        finding=finding,
    )
