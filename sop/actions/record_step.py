"""Recording one step of a run."""

from dataclasses import dataclass
from datetime import datetime

from audit.authors import Attribution, Author
from audit.changes import OpenChange, attributed_change
from audit.errors import ActionRefused, Refusal, refuse_if
from audit.writes import update_all
from inventory.models import Vial
from sop.advancing import insist_on_step_role, new_record, write_records
from sop.answering import answer_step
from sop.documents.steps import FileStep, ScanObject, ScanStep
from sop.files import content_type_of, name_of_file, refusals_to_attach, sha256_of
from sop.models import StepFile, StepRecord
from sop.recording import record_answer
from sop.rules.judging import Answer, Judged
from sop.rules.walking import Due, refusals_of_order
from sop.runner import insist_on_runner, insist_on_scope
from sop.runs import LockedRun, lock_run, words_of_due
from sop.taking_up import fault_of, read_vial, take_up


@dataclass(frozen=True, kw_only=True)
class StepFileIn:
    """A photo or file as it was sent; what it is, its content tells."""

    name: str
    content: bytes


def record_step(
    *,
    execution_id: int,
    key: str,
    vial_id: int | None,
    answer: Answer,
    attribution: Attribution,
    at: datetime,
    file: StepFileIn | None = None,
) -> StepRecord | None:
    """
    Record the answer to the step that is due; nothing when a vial is taken up again.

    key, vial_id: the step that the page showed; another one than is due is refused.
    A mismatch is recorded as STOPPED, with its deviation; a failed measurement or choice as FAILED,
    and the run goes on. Where the step's failure only stops, the answer is refused; but a value
    outside its limits is kept as STOPPED, with its deviation, before another one is measured.
    Raises NotFound; NotAuthorised (RUN_OF_ANOTHER, NOT_TRAINED, STEP_ROLE, OUTSIDE_*);
    ActionRefused (RUN_*, OUT_OF_ORDER, DONE_ALREADY, and what `sop.rules.judging` says).
    Source: 21 CFR 11.10(f), (h), 211.188(b); URS-07, URS-23, URS-26, URS-29.
    """
    step_words = words_of_due(execution_id, key)
    with attributed_change(attribution, action="record_step", procedure_step=step_words) as change:
        change.subject.update(run=execution_id, step=key, vial=vial_id, scanned=answer.code[:60])
        run = lock_run(execution_id)
        insist_on_runner(run.row, attribution.actor)
        refuse_if(refusals_of_order(run.walk, key, vial_id))
        due = run.walk.due_at(key, vial_id)
        if due is None:
            raise RuntimeError("a step that is due was found not to be")
        insist_on_step_role(due.step, attribution.actor)
        if isinstance(due.step, FileStep):
            return _record_file(change, run, due, file)
        judged = answer_step(run, due, answer, now=at)
        judged, vial = _vial_of(run, due, judged, attribution)
        if vial is not None and run.walk.is_passed(due.step.key, vial.pk):
            _take_up_again(run, vial)
            return None
        return _keep(change, run, due, judged, vial, by=attribution.actor, at=at)


def _keep(
    change: OpenChange,
    run: LockedRun,
    due: Due,
    judged: Judged,
    vial: Vial | None,
    *,
    by: Author,
    at: datetime,
) -> StepRecord:
    """
    Append the record; what a scan says of the run must be of a program of the person.

    Raises NotAuthorised (OUTSIDE_PROGRAM).
    """
    program_id = run.row.program_id
    record = new_record(run, due.step.key, None if vial is None else vial.pk, by=by.pk)
    record_answer(change, run, due, record, judged, vial, at=at)
    if run.row.program_id != program_id:
        insist_on_scope(run.row, by)
    return record


def _vial_of(
    run: LockedRun, due: Due, judged: Judged, attribution: Attribution
) -> tuple[Judged, Vial | None]:
    """Return the vial that the step is about; one that does not belong here fails the scan."""
    if not due.takes_up:
        return judged, None if due.vial_id is None else read_vial(due.vial_id)
    key = judged.values.get("key")
    is_vial = isinstance(due.step, ScanStep) and due.step.object == ScanObject.VIAL
    if not is_vial or judged.values.get("kind") != "vial" or not isinstance(key, int):
        return judged, None
    vial = read_vial(key)
    insist_on_scope(run.row, attribution.actor, program_id=vial.program_id)
    fault = judged.failure or fault_of(vial, run.row, run.document)
    return Judged(values=judged.values, failure=fault, is_mismatch=fault is not None), vial


def _take_up_again(run: LockedRun, vial: Vial) -> None:
    """
    Go on with a vial that was set aside.

    Raises ActionRefused (DONE_ALREADY).
    """
    if run.walk.next_for(run.walk.open_block(), vial.pk) is None:
        words = f"{vial.code} has all its steps. Scan the next vial."
        raise ActionRefused([Refusal("DONE_ALREADY", words)])
    take_up(vial, run)
    update_all([run.row], ["vial_in_hand"])


def _record_file(
    change: OpenChange, run: LockedRun, due: Due, file: StepFileIn | None
) -> StepRecord:
    """
    Keep a file with its step.

    Raises ActionRefused (NO_FILE, FILE_EMPTY, FILE_TOO_LARGE, FILE_KIND).
    """
    if file is None:
        raise ActionRefused([Refusal("NO_FILE", "Take the photo or choose the file first.")])
    refuse_if(refusals_to_attach(file.content))
    name, digest = name_of_file(file.name), sha256_of(file.content)
    record = new_record(run, due.step.key, due.vial_id, by=run.row.held_by_id)
    record.values = {"file": name, "sha256": digest, "bytes": len(file.content)}
    write_records(change, run, [record])
    StepFile(
        record=record,
        name=name,
        content_type=content_type_of(file.content),
        content=file.content,
        sha256=digest,
    ).save(force_insert=True)
    return record
