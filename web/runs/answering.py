"""What each scan and each button of a run does: one of its actions, or the act that is due."""

from collections.abc import Callable
from dataclasses import replace

from audit.errors import ActionRefused, DomainError, Refusal
from audit.refusals import record_refusal
from custody.queries.resolve import resolve
from inventory.codes.scan import read_scan
from inventory.codes.words import UnreadableScan
from inventory.models import IdentifierKind
from sop.action import Action
from sop.actions.end_vials import end_vials
from sop.actions.record_step import StepFileIn, record_step
from sop.actions.set_vial_aside import set_vial_aside
from sop.actions.skip_step import skip_step
from sop.documents.steps import (
    ActStep,
    ChoiceStep,
    ConfirmStep,
    IdentityStep,
    MeasurementStep,
    ScanStep,
    Step,
    WaitStep,
)
from sop.rules.judging import Answer
from sop.rules.walking import Due
from web.forms.put_away import StepForm as PutAwayForm
from web.put_away.outcome import Outcome, refused
from web.put_away.scanning import ask_again, take_scan
from web.put_away.steps import answer as answer_put_away
from web.runs.acts import TO_A_PLACE, elsewhere
from web.runs.asked import Answered, Answering, putting_of
from web.runs.measuring import reads_as_number, scan_instrument, with_instrument
from web.runs.picking import pick_in_run
from web.runs.saying import said_of_record

DONE_CARD = "FZ-DONE"
"""The code on the card that confirms a step without a hand on the screen."""


def answer_run(asked: Answering) -> Answered:
    """Answer what was posted to the run."""
    form = asked.form
    if not form.is_valid():
        return Answered(outcome=Outcome(memory=asked.memory, status=422))
    try:
        if form.cleaned_data["code"].strip():
            return _scan(asked)
        return Answered(outcome=_button(asked))
    except UnreadableScan as fault:
        error = ActionRefused([Refusal(fault.code, fault.words)])
        return Answered(outcome=refused(asked.memory, error, scanned=_raw(asked)))
    except DomainError as error:
        scanned = "" if reads_as_number(_raw(asked)) else _raw(asked)
        return Answered(outcome=refused(asked.memory, error, scanned=scanned))


def _raw(asked: Answering) -> str:
    return str(asked.form.cleaned_data.get("code", "")).strip()[:60]


def _scan(asked: Answering) -> Answered:
    """Take a scan for the step that is due."""
    due = asked.page.due
    if due is None:
        return Answered(outcome=Outcome(memory=asked.memory, words="Every step is done."))
    if isinstance(due.step, ActStep):
        return _scan_at_act(asked, due, due.step.action)
    if _is_done_card(asked) and (due.takes_up or isinstance(due.step, ConfirmStep | WaitStep)):
        return Answered(outcome=_confirmed(asked, due))
    if isinstance(due.step, ScanStep | IdentityStep):
        return _scan_for(asked, due, due.step)
    if isinstance(due.step, MeasurementStep):
        return _measure(asked, due, due.step)
    entered = _entered(due.step, _raw(asked))
    if entered is not None:
        return Answered(outcome=_record(asked, due.step.key, due.vial_id, entered))
    return _not_by_scan(asked, due.step)


def _confirmed(asked: Answering, due: Due) -> Outcome:
    """Take the card “Done”: the step is confirmed, or there is no further vial."""
    if due.takes_up:
        return _no_more(asked)
    return _record(asked, due.step.key, due.vial_id, Answer())


def _not_by_scan(asked: Answering, step: Step) -> Answered:
    words = f"“{step.title}” is not done by a scan. Do this step first."
    error = ActionRefused([Refusal("NOT_A_SCAN", words)])
    return Answered(outcome=_stopped(asked, error))


def _measure(asked: Answering, due: Due, step: MeasurementStep) -> Answered:
    """Take a value, or the label of the instrument that it will be read from."""
    raw = _raw(asked)
    if step.instrument is not None and not reads_as_number(raw):
        try:
            scanned = scan_instrument(asked.page, due, step, raw, at=asked.at)
        except ActionRefused as error:
            return Answered(outcome=_stopped(asked, error))
        words = "The instrument is taken. Enter the value that it shows."
        outcome = Outcome(memory=asked.memory, words=words, code=scanned.code)
        return Answered(outcome=outcome, instrument=scanned)
    if step.names_device and step.instrument is None:
        return _not_by_scan(asked, step)
    return Answered(outcome=_record(asked, step.key, due.vial_id, entered_value(asked, due)))


def entered_value(asked: Answering, due: Due) -> Answer:
    """Return the value that was entered in either field, with its instrument."""
    entered = asked.form.cleaned_data
    sent = Answer(number=entered["number"] or _raw(asked), device=entered["device"])
    return with_instrument(asked.page, due, sent, by=asked.actor, before=asked.instrument)


def _scan_at_act(asked: Answering, due: Due, action: Action) -> Answered:
    """Do the act by this scan; where it has a sheet, go there, or take a further vial up."""
    if action in TO_A_PLACE:
        placing = putting_of(asked)
        return Answered(outcome=take_scan(placing, _raw(asked), typed=asked.form.was_typed))
    if action == Action.SCAN_PICK:
        code = pick_in_run(asked.page, _raw(asked), attribution=asked.attribution, at=asked.at)
        return Answered(outcome=Outcome(memory=asked.memory, words="Right vial:", code=code))
    if _is_done_card(asked):
        screen = elsewhere(asked.page, action, person=asked.actor)
        return Answered(outcome=Outcome(memory=asked.memory), go_to=screen.url)
    further = asked.page.walk.further_vial()
    if further is not None and isinstance(further.step, ScanStep):
        return _scan_for(asked, further, further.step)
    words = f"“{due.step.title}” is done on its own sheet. Open it, or scan the card “Done”."
    return Answered(outcome=_stopped(asked, ActionRefused([Refusal("NOT_A_SCAN", words)])))


def _entered(step: Step, raw: str) -> Answer | None:
    """Read what was entered in the scan field as the answer to a step that takes no scan."""
    if isinstance(step, ChoiceStep):
        named = {str(n): o.value for n, o in enumerate(step.options, start=1)}
        named |= {o.label.casefold(): o.value for o in step.options}
        option = named.get(raw.casefold())
        return None if option is None else Answer(option=option)
    return None


def _is_done_card(asked: Answering) -> bool:
    return read_scan(_raw(asked)).code.upper() == DONE_CARD


def _scan_for(asked: Answering, due: Due, step: ScanStep | IdentityStep) -> Answered:
    """Take a scan that is compared with what the step expects."""
    again = ask_again(asked.memory, _raw(asked), typed=asked.form.was_typed)
    if again is not None:
        return Answered(outcome=again, first=asked.first)
    asked = replace(asked, memory=replace(asked.memory, typed=""))
    if isinstance(step, IdentityStep):
        return _identity(asked, step, due.vial_id)
    if due.takes_up and _chooses_a_box(asked):
        return Answered(outcome=take_scan(putting_of(asked), _raw(asked), typed=False))
    return Answered(outcome=_record(asked, step.key, due.vial_id, Answer(code=_raw(asked))))


def _identity(asked: Answering, step: IdentityStep, vial_id: int | None) -> Answered:
    """Take the first identifier, or compare the second with it."""
    if not asked.first:
        words = f"{_raw(asked)} is taken. Now the other identifier."
        return Answered(outcome=Outcome(memory=asked.memory, words=words), first=_raw(asked))
    answer = Answer(code=asked.first, second=_raw(asked))
    return Answered(outcome=_record(asked, step.key, vial_id, answer))


def _chooses_a_box(asked: Answering) -> bool:
    """Say whether a box or a place was scanned while the next vial is due that is put away."""
    acts = [step for step in asked.page.walk.open_block() if isinstance(step, ActStep)]
    if not any(step.action in TO_A_PLACE for step in acts):
        return False
    found = resolve(_raw(asked), seen_by=asked.actor)
    return found is not None and found.kind in {IdentifierKind.CONTAINER, IdentifierKind.POSITION}


def _record(asked: Answering, key: str, vial_id: int | None, answer: Answer) -> Outcome:
    """Record one step, and say what came of it."""
    sent = asked.form.cleaned_data["file"]
    file = None
    if sent is not None:
        file = StepFileIn(name=sent.name or "file", content=sent.read())
    record = record_step(
        execution_id=asked.page.run.pk,
        key=key,
        vial_id=vial_id,
        answer=answer,
        attribution=asked.attribution,
        at=asked.at,
        file=file,
    )
    return said_of_record(asked.memory, record)


def _stopped(asked: Answering, error: ActionRefused) -> Outcome:
    """Stop at a scan that does not belong to the step that is due, and keep the attempt."""
    record_refusal(
        action="record_step",
        error=error,
        actor=asked.actor,
        device=asked.attribution.device,
        request_id=asked.attribution.request_id,
        subject={"run": asked.page.run.pk, "scanned": _raw(asked)},
    )
    return refused(asked.memory, error, scanned=_raw(asked))


def _button(asked: Answering) -> Outcome:
    button = _BUTTONS.get(asked.form.cleaned_data["step"])
    return Outcome(memory=asked.memory) if button is None else button(asked)


def _done(asked: Answering) -> Outcome:
    """Record the step that the page showed, with what was entered there."""
    entered, due = asked.form.cleaned_data, asked.page.due
    answer = Answer(option=entered["option"], text=entered["text"])
    if due is not None and isinstance(due.step, MeasurementStep):
        answer = entered_value(asked, due)
    return _record(asked, entered["key"], entered["vial"], answer)


def _skip(asked: Answering) -> Outcome:
    entered = asked.form.cleaned_data
    record = skip_step(
        execution_id=asked.page.run.pk,
        key=entered["key"],
        vial_id=entered["vial"],
        attribution=replace(asked.attribution, reason=entered["reason"].strip()),
        at=asked.at,
    )
    words = f"Skipped. {record.deviation} was opened; QA will look at it."
    return Outcome(memory=asked.memory, words=words)


def _set_aside(asked: Answering) -> Outcome:
    set_vial_aside(execution_id=asked.page.run.pk, attribution=asked.attribution)
    return Outcome(memory=asked.memory.without_vial(), words="Set aside. Scan another vial.")


def _no_more(asked: Answering) -> Outcome:
    end_vials(execution_id=asked.page.run.pk, attribution=asked.attribution)
    return Outcome(memory=asked.memory, words="No further vial.")


def _place(asked: Answering) -> Outcome:
    """Do what the map and its buttons say of the vial in hand."""
    sent = PutAwayForm(asked.form.data)
    return answer_put_away(putting_of(asked), sent)


_BUTTONS: dict[str, Callable[[Answering], Outcome]] = {
    "done": _done,
    "skip": _skip,
    "aside": _set_aside,
    "no_more": _no_more,
    "choose": _place,
    "by_hand": _place,
}
