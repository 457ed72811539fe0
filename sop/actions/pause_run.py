"""Pausing a run, so that its holder can begin another one."""

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.writes import update_all
from sop.models import Execution, ExecutionStatus
from sop.runner import insist_on_runner
from sop.runs import lock_run


def pause_run(*, execution_id: int, attribution: Attribution) -> Execution:
    """
    Pause a run; nothing of it is lost, and whoever is qualified may resume it.

    Raises NotFound; NotAuthorised; ActionRefused (NO_REASON, RUN_PAUSED, RUN_ENDED).
    Source: URS-23.
    """
    with attributed_change(attribution, action="pause_run") as change:
        change.subject.update(run=execution_id)
        run = lock_run(execution_id).row
        insist_on_runner(run, attribution.actor)
        run.status = ExecutionStatus.PAUSED
        update_all([run], ["status"])
        return run
