"""Setting the vial in hand aside, so that another one can be taken up."""

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import ActionRefused, Refusal
from audit.writes import update_all
from sop.runner import insist_on_runner
from sop.runs import lock_run


def set_vial_aside(*, execution_id: int, attribution: Attribution) -> None:
    """
    Set the vial in hand aside; what was recorded of it stays, and a scan takes it up again.

    Raises NotFound; NotAuthorised; ActionRefused (NO_VIAL, RUN_*).
    """
    with attributed_change(attribution, action="set_vial_aside") as change:
        change.subject.update(run=execution_id)
        run = lock_run(execution_id)
        insist_on_runner(run.row, attribution.actor)
        if run.row.vial_in_hand_id is None:
            raise ActionRefused([Refusal("NO_VIAL", "No vial is in hand. Scan the next one.")])
        run.row.vial_in_hand = None
        update_all([run.row], ["vial_in_hand"])
