"""Deferring the review of critical entries, with a reason, so that a release is not blocked."""

from datetime import date, datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from custody.models import TrailReview
from custody.queries.reviews import Reviewed, seen_in
from custody.reviews import insist_on_sight, record_review
from custody.rules.reviewing import refusals_to_defer


def defer_review(
    *, what: Reviewed, due_on: date, intent: SignedIntent, at: datetime
) -> TrailReview:
    """
    Sign why the critical entries in scope are reviewed later, and by which day.

    The reason is that of the signature.
    Raises NotAuthorised; ActionRefused (NOTHING_TO_REVIEW, DUE_IN_THE_PAST).
    Source: URS-44.
    """
    with signed_change(intent, action="defer_review") as change:
        change.subject.update(scope=what.scope, subject=what.subject, filter=what.said)
        require_role(intent.signer, [Role.QA])
        insist_on_sight(what, intent.signer)
        seen = seen_in(what, seen_by=intent.signer)
        refuse_if(refusals_to_defer(critical=len(seen.critical), due_on=due_on, today=at.date()))
        return record_review(
            change, what, seen, findings=intent.reason, of_entries={}, at=at, due_on=due_on
        )
