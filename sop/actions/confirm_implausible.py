"""Taking a value that is not plausible, with a reason and a second person."""

from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import ActionRefused, Refusal, refuse_if
from sop.advancing import insist_on_step_role, new_record
from sop.documents.steps import MeasurementStep
from sop.instruments import instrument_for
from sop.models import StepRecord
from sop.recording import record_answer
from sop.rules.judging import Answer, Judged, judge_measurement
from sop.rules.walking import Due, refusals_of_order
from sop.runner import insist_on_runner, insist_on_second_person
from sop.runs import lock_run, words_of_due
from sop.taking_up import read_vial

NOT_MEASURED = Refusal("NOT_MEASURED", "This step takes no value. Load the run again.")


def confirm_implausible(
    *,
    execution_id: int,
    key: str,
    vial_id: int | None,
    answer: Answer,
    intent: SignedIntent,
    at: datetime,
) -> StepRecord:
    """
    Record a value outside what is plausible; both people sign, the signed reason says why it is so.

    A value that is outside the limits as well fails the step, as any other.
    Raises NotFound; NotAuthorised; ActionRefused (NOT_MEASURED, PLAUSIBLE, IMPLAUSIBLE,
    OUT_OF_LIMITS, OUT_OF_ORDER, DONE_ALREADY, SECOND_PERSON_MISSING, SAME_PERSON, RUN_*, and those
    of `sop.instruments`).
    Source: draft Annex 11 section 10; 21 CFR 211.188(b)(11); URS-05, URS-31.
    """
    words = words_of_due(execution_id, key)
    with signed_change(intent, action="confirm_implausible", procedure_step=words) as change:
        change.subject.update(run=execution_id, step=key, vial=vial_id, entered=answer.number[:40])
        run = lock_run(execution_id)
        insist_on_runner(run.row, intent.signer)
        refuse_if(refusals_of_order(run.walk, key, vial_id))
        step = run.document.step(key)
        if not isinstance(step, MeasurementStep):
            raise ActionRefused([NOT_MEASURED])
        insist_on_step_role(step, intent.signer)
        second = insist_on_second_person(run.row, intent)
        read_from = instrument_for(step, answer.device, site_id=run.row.site_id, at=at)
        judged = judge_measurement(step, answer, read_from=read_from, is_confirmed=True)
        judged = Judged(values={**judged.values, "why": intent.reason}, failure=judged.failure)
        record = new_record(run, key, vial_id, by=intent.signer.pk)
        record.second_person_id = second.pk
        vial = None if vial_id is None else read_vial(vial_id)
        due = Due(step=step, vial_id=vial_id)
        record_answer(change, run, due, record, judged, vial, at=at)
        change.sign([record])
        return record
