"""Signing a step of a run, by the person who runs it and, where it says so, by a second one."""

from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import ActionRefused, Refusal, refuse_if
from sop.advancing import insist_on_step_role, new_record, write_records
from sop.documents.steps import SecondPersonStep, SignatureStep
from sop.models import StepRecord
from sop.rules.walking import refusals_of_order
from sop.runner import insist_on_runner, insist_on_second_person
from sop.runs import lock_run, words_of_due


def sign_step(
    *, execution_id: int, key: str, vial_id: int | None, intent: SignedIntent
) -> StepRecord:
    """
    Record a signature step or a second person's step, with the signatures on the record.

    Raises NotFound; NotAuthorised; ActionRefused (OUT_OF_ORDER, DONE_ALREADY, NOT_SIGNED_HERE,
    SECOND_PERSON_MISSING, SAME_PERSON, RUN_*).
    Source: 21 CFR 11.50, 211.188(b)(11); URS-23, URS-31.
    """
    words = words_of_due(execution_id, key)
    with signed_change(intent, action="sign_step", procedure_step=words) as change:
        change.subject.update(run=execution_id, step=key, vial=vial_id)
        run = lock_run(execution_id)
        insist_on_runner(run.row, intent.signer)
        refuse_if(refusals_of_order(run.walk, key, vial_id))
        step = run.document.step(key)
        if not isinstance(step, SignatureStep | SecondPersonStep):
            raise ActionRefused([NOT_SIGNED_HERE])
        insist_on_step_role(step, intent.signer)
        second = change.second_person
        if isinstance(step, SecondPersonStep) or second is not None:
            second = insist_on_second_person(run.row, intent)
        record = new_record(run, key, vial_id, by=intent.signer.pk)
        record.second_person_id = None if second is None else second.pk
        record.values = {"meaning": str(intent.meaning)}
        write_records(change, run, [record])
        change.sign([record])
        return record


NOT_SIGNED_HERE = Refusal("NOT_SIGNED_HERE", "This step is not signed. Load the run again.")
