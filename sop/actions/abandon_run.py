"""Abandoning a run before its end."""

from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.writes import update_all
from inventory.models import Vial
from sop.deviations import NewDeviation, open_deviation
from sop.models import DeviationSource, Execution, ExecutionStatus
from sop.runner import insist_on_open, insist_on_scope
from sop.runs import LockedRun, deviation_of, lock_run


def abandon_run(*, execution_id: int, attribution: Attribution, at: datetime) -> Execution:
    """
    End a run before its steps are done; the reason stands, and a deviation lists what it touched.

    A run of which nothing was recorded opens none.
    Raises NotFound; NotAuthorised; ActionRefused (RUN_ENDED, NO_REASON).
    Source: 21 CFR 211.100(b); URS-113.
    """
    with attributed_change(attribution, action="abandon_run") as change:
        change.subject.update(run=execution_id)
        run = lock_run(execution_id)
        insist_on_open(run.row)
        insist_on_scope(run.row, attribution.actor)
        if run.walk.passed:
            open_deviation(change, _deviation(run, attribution.reason), at=at)
        run.row.status, run.row.ended_at = ExecutionStatus.ABANDONED, at
        run.row.vial_in_hand = None
        update_all([run.row], ["status", "ended_at", "vial_in_hand"])
        return run.row


def _deviation(run: LockedRun, reason: str) -> NewDeviation:
    due = run.walk.due()
    at_step = "" if due is None else f" before “{due.step.title}”"
    keys = {one.vial_id for one in run.walk.passed if one.vial_id is not None}
    return deviation_of(
        run,
        source=DeviationSource.SKIPPED_STEP,
        title=f"abandoned{at_step}",
        what_happened=reason.strip(),
        vials=list(Vial.objects.filter(pk__in=keys)),
    )
