"""Asking for the closure of a deviation whose investigation is done."""

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import refuse_if
from sop.deviation_locks import lock_deviation, vials_listed
from sop.models import Deviation, DeviationStatus
from sop.rules.deviations import missing_before_closing, refusals_to_move


def request_closure(*, deviation_id: int, attribution: Attribution) -> Deviation:
    """
    Put a deviation before quality to be closed; only when nothing is missing any more.

    Raises NotFound; NotAuthorised; ActionRefused (WRONG_STATUS, and everything that is missing).
    Source: 21 CFR 211.192; URS-113, URS-121.
    """
    with attributed_change(attribution, action="request_closure") as change:
        deviation = lock_deviation(deviation_id, seen_by=attribution.actor)
        change.subject.update(deviation=deviation.number)
        require_role(attribution.actor, [Role.QA, Role.SUPERVISOR])
        refuse_if(
            refusals_to_move(deviation, DeviationStatus.AWAITING_CLOSURE)
            + missing_before_closing(deviation, vials_listed(deviation))
        )
        deviation.status = DeviationStatus.AWAITING_CLOSURE
        deviation.save(update_fields=["status"])
        return deviation
