"""Skipping a step of a run with a reason, which opens a deviation."""

from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import ActionRefused, Refusal, refuse_if
from inventory.models import Vial
from sop.advancing import insist_on_step_role, write_records
from sop.failing import open_for_a_step
from sop.models import DeviationSource, StepOutcome, StepRecord
from sop.rules.walking import refusals_of_order
from sop.runner import insist_on_runner
from sop.runs import lock_run, words_of_due


def skip_step(
    *, execution_id: int, key: str, vial_id: int | None, attribution: Attribution, at: datetime
) -> StepRecord:
    """
    Skip the step that is due; the attribution's reason says why.

    Raises NotFound; NotAuthorised; ActionRefused (NO_REASON, NOT_SKIPPABLE, OUT_OF_ORDER, RUN_*).
    Source: 21 CFR 211.100(b); URS-23, URS-113.
    """
    words = words_of_due(execution_id, key)
    with attributed_change(attribution, action="skip_step", procedure_step=words) as change:
        change.subject.update(run=execution_id, step=key, vial=vial_id)
        run = lock_run(execution_id)
        insist_on_runner(run.row, attribution.actor)
        refuse_if(refusals_of_order(run.walk, key, vial_id))
        due = run.walk.due()
        if due is None or not due.step.skippable or due.takes_up:
            raise ActionRefused([NOT_SKIPPABLE])
        insist_on_step_role(due.step, attribution.actor)
        failure = Refusal("SKIPPED", f"skipped: {attribution.reason.strip()}")
        deviation = open_for_a_step(
            change,
            run,
            due.step,
            failure,
            source=DeviationSource.SKIPPED_STEP,
            vials=list(Vial.objects.filter(pk=vial_id)) if vial_id is not None else [],
            at=at,
        )
        record = StepRecord(
            execution=run.row,
            version_id=run.row.version_id,
            step_key=key,
            vial_id=vial_id,
            outcome=StepOutcome.SKIPPED,
            person_id=attribution.actor.pk,
            reason=attribution.reason.strip(),
            deviation=deviation,
        )
        write_records(run, [record])
        return record


NOT_SKIPPABLE = Refusal(
    "NOT_SKIPPABLE", "This step cannot be skipped. Do it, or abandon the run with a reason."
)
