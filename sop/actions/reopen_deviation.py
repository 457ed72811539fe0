"""Opening a closed deviation again, by quality."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from sop.deviation_locks import lock_deviation, lock_listed_vials
from sop.models import DecisionKind, Deviation, DeviationDecision, DeviationStatus
from sop.rules.deviations import refusals_to_move


def reopen_deviation(*, deviation_id: int, intent: SignedIntent, at: datetime) -> Deviation:
    """
    Open a closed deviation again; its signature of closure shows as changed since.

    Raises NotFound; NotAuthorised; ActionRefused (WRONG_STATUS).
    Source: 21 CFR 211.192; URS-113.
    """
    with signed_change(intent, action="reopen_deviation") as change:
        lock_listed_vials(deviation_id)
        deviation = lock_deviation(deviation_id, seen_by=intent.signer)
        change.subject.update(deviation=deviation.number)
        require_role(intent.signer, [Role.QA])
        is_closed = deviation.status == DeviationStatus.CLOSED
        refuse_if([] if is_closed else refusals_to_move(deviation, DeviationStatus.OPEN))
        deviation.status = DeviationStatus.INVESTIGATING
        deviation.closed_by, deviation.closed_at = None, None
        deviation.save(update_fields=["status", "closed_by", "closed_at"])
        decision = DeviationDecision(
            deviation=deviation,
            kind=DecisionKind.REOPENED,
            outcome=intent.reason[:200],
            decided_at=at,
        )
        decision.save(force_insert=True)
        change.sign([decision])
        return deviation
