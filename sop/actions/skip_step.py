"""Skipping a step of a run with a reason, which opens a deviation."""

from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import ActionRefused, Refusal, refuse_if
from sop.advancing import insist_on_step_role, new_record, write_records
from sop.failing import open_for_a_step
from sop.models import DeviationSource, StepOutcome, StepRecord
from sop.rules.walking import refusals_of_order
from sop.runner import insist_on_runner
from sop.runs import lock_run, words_of_due
from sop.taking_up import read_vial


def skip_step(
    *, execution_id: int, key: str, vial_id: int | None, attribution: Attribution, at: datetime
) -> StepRecord:
    """
    Skip the step that is due; the attribution's reason says why.

    Raises NotFound; NotAuthorised; ActionRefused (NO_REASON, NOT_SKIPPABLE, OUT_OF_ORDER, RUN_*).
    Source: 21 CFR 211.100(b); URS-23, URS-113.
    """
    of_step = words_of_due(execution_id, key)
    with attributed_change(attribution, action="skip_step", procedure_step=of_step) as change:
        change.subject.update(run=execution_id, step=key, vial=vial_id)
        run = lock_run(execution_id)
        insist_on_runner(run.row, attribution.actor)
        refuse_if(refusals_of_order(run.walk, key, vial_id))
        due = run.walk.due()
        if due is None or not due.step.skippable or due.takes_up:
            raise ActionRefused([NOT_SKIPPABLE])
        insist_on_step_role(due.step, attribution.actor)
        why, vials = attribution.reason.strip(), [] if vial_id is None else [read_vial(vial_id)]
        deviation = open_for_a_step(
            change,
            run,
            due.step,
            Refusal("SKIPPED", f"skipped: {why}"),
            source=DeviationSource.SKIPPED_STEP,
            vials=vials,
            at=at,
        )
        record = new_record(run, key, vial_id, by=attribution.actor.pk, outcome=StepOutcome.SKIPPED)
        record.reason, record.deviation = why, deviation
        write_records(change, run, [record])
        return record


NOT_SKIPPABLE = Refusal(
    "NOT_SKIPPABLE", "This step cannot be skipped. Do it, or abandon the run with a reason."
)
