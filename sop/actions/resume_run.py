"""Resuming a paused run, or taking one over from a colleague."""

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.constraints import refused_by
from audit.writes import update_all
from sop.actions.start_run import IN_HAND
from sop.models import Execution, ExecutionStatus
from sop.runner import insist_on_open, insist_on_scope, insist_on_training
from sop.runs import lock_run


def resume_run(*, execution_id: int, attribution: Attribution) -> Execution:
    """
    Take the run into one's own hands and go on with it, wherever it was left.

    The one who held it holds it no more; the history says who handed what to whom, and why.
    Raises NotFound; NotAuthorised (NOT_TRAINED, OUTSIDE_*); ActionRefused (RUN_ENDED, RUN_IN_HAND,
    NO_REASON).
    Source: URS-07, URS-23.
    """
    with attributed_change(attribution, action="resume_run") as change:
        change.subject.update(run=execution_id)
        run = lock_run(execution_id).row
        insist_on_open(run)
        insist_on_scope(run, attribution.actor)
        insist_on_training(run.version_id, attribution.actor)
        run.held_by_id = attribution.actor.pk
        run.status = ExecutionStatus.RUNNING
        with refused_by("sop_one_running_run_for_each_person", IN_HAND):
            update_all([run], ["status", "held_by"])
        return run
