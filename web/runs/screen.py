"""What the run's screen shows: the one thing to do next, whose it is, and the rail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from accounts.models import Person
from custody.queries.put_away import InHand, Progress, in_hand, progress_of
from inventory.models import Batch, Vial
from sop.action import Action
from sop.advancing import STORES
from sop.answering import SOURCES
from sop.documents.steps import (
    ActStep,
    ChoiceStep,
    ConfirmStep,
    FileStep,
    IdentityStep,
    MeasurementStep,
    Option,
    Per,
    SecondPersonStep,
    SignatureStep,
    TextStep,
    WaitStep,
)
from sop.instruments import asked_for
from sop.models import ExecutionStatus
from sop.queries.runs import RecordLine, RunPage
from sop.rules.walking import BY_SCAN
from web.presenters import Clock, Identity, ScanField, StatusBadge, custody_badge
from web.put_away.placing import Putting
from web.put_away.screen import ChosenBox, chosen_box
from web.record_copies import may_copy
from web.runs.acts import TO_A_PLACE, Elsewhere, act_of, elsewhere, vials_of_act


@dataclass(frozen=True, kw_only=True)
class DueStep:
    """
    The step that is due, as it is asked for.

    control: which field or button answers it; empty where a scan does. is_signed: on a sheet.
    elsewhere: the screen of an act. waiting: the vials that wait together for it.
    instrument: of which kind one must be scanned, in words; empty where none.
    """

    key: str
    vial_id: int | None
    number: int
    title: str
    instruction: str
    control: str = ""
    unit: str = ""
    names_device: bool = False
    instrument: str = ""
    options: tuple[Option, ...] = ()
    longest: int = 0
    waits_until: datetime | None = None
    is_signed: bool = False
    is_skippable: bool = False
    takes_up: bool = False
    is_placed: bool = False
    is_picked: bool = False
    takes_another: bool = False
    elsewhere: Elsewhere | None = None
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RunScreen:
    """Everything that the screen of one run shows."""

    run_id: int
    name: str
    code: str
    title: str
    number: int
    steps: int
    status: ExecutionStatus
    held_by: str
    is_mine: bool
    started_at: datetime
    ended_at: datetime | None
    due: DueStep | None
    instruction: str
    identity: Identity | None
    badge: StatusBadge | None
    clock: Clock | None
    box: ChosenBox | None
    progress: Progress | None
    lines: tuple[RecordLine, ...]
    newer: int | None
    safety: str
    may_copy: bool


def screen_of(page: RunPage, putting: Putting, *, actor: Person, at: datetime) -> RunScreen:
    """Read what the screen of a run shows now."""
    run, due = page.run, _due(page, actor)
    held = None if page.vial is None else in_hand(page.vial, at=at)
    acts = {step.action for step in page.walk.open_block() if isinstance(step, ActStep)}
    box = chosen_box(putting, held) if acts & TO_A_PLACE else None
    return RunScreen(
        run_id=run.pk,
        name=str(run),
        code=run.version.procedure.code,
        title=page.document.title,
        number=run.version.number,
        steps=len(page.document.steps),
        status=ExecutionStatus(run.status),
        held_by=run.held_by.full_name,
        is_mine=run.held_by_id == actor.pk,
        started_at=run.started_at,
        ended_at=run.ended_at,
        due=due,
        instruction=_instruction(page, due, box),
        identity=_identity(page),
        badge=None if page.vial is None else custody_badge(page.vial.custody),
        clock=_clock(held, at),
        box=box,
        progress=_progress(run.batch) if acts & STORES else None,
        lines=page.lines,
        newer=page.newer,
        safety=page.document.safety,
        may_copy=may_copy(actor),
    )


def scan_field(run_id: int) -> ScanField:
    """Give the one field of the screen."""
    return ScanField(
        url=reverse("runs:run", args=[run_id]),
        label="Scan or enter what the step asks for",
        target="#run-now",
        hint="A number, or the number of an answer, can be entered here too. The card “Done” (code "
        "FZ-DONE) confirms a step without touching the screen.",
    )


def _due(page: RunPage, person: Person) -> DueStep | None:
    due = page.due
    if due is None:
        return None
    step = due.step
    act = act_of(page)
    is_here = act is None or act in BY_SCAN
    last = page.walk.last(due.vial_id)
    wait = None
    if isinstance(step, WaitStep):
        since = page.run.started_at if last is None else last.at
        wait = since + timedelta(seconds=step.at_least_seconds)
    return DueStep(
        key=step.key,
        vial_id=due.vial_id,
        number=page.document.number_of(step.key),
        title=step.title,
        instruction=step.instruction,
        control=_CONTROLS.get(type(step).__name__, ""),
        unit=step.unit if isinstance(step, MeasurementStep) else "",
        names_device=isinstance(step, MeasurementStep)
        and (step.names_device or step.instrument is not None),
        instrument=asked_for(step)
        if isinstance(step, MeasurementStep) and step.instrument is not None
        else "",
        options=step.options if isinstance(step, ChoiceStep) else (),
        longest=step.longest if isinstance(step, TextStep) else 0,
        waits_until=wait,
        is_signed=isinstance(step, SignatureStep | SecondPersonStep),
        is_skippable=step.skippable and not due.takes_up,
        takes_up=due.takes_up,
        is_placed=act in TO_A_PLACE,
        is_picked=act == Action.SCAN_PICK,
        takes_another=page.walk.further_vial() is not None,
        elsewhere=None if act is None or is_here else elsewhere(page, act, person=person),
        waiting=_waiting(page, act),
    )


_CONTROLS = {
    ConfirmStep.__name__: "confirm",
    WaitStep.__name__: "confirm",
    MeasurementStep.__name__: "number",
    ChoiceStep.__name__: "options",
    TextStep.__name__: "text",
    FileStep.__name__: "file",
}


def _waiting(page: RunPage, act: Action | None) -> tuple[str, ...]:
    """Name the vials that wait together for a sheet."""
    if act is None or act in BY_SCAN or page.due is None or page.due.step.per == Per.SESSION:
        return ()
    rows = Vial.objects.filter(pk__in=vials_of_act(page, act)).order_by("code")
    return tuple(rows.values_list("code", flat=True))


def _instruction(page: RunPage, due: DueStep | None, box: ChosenBox | None) -> str:
    """Say the one thing to do now, in a few words."""
    if due is None:
        return "Every step is done." if page.run.ended_at else "Nothing is due."
    if due.is_placed or due.is_picked or due.takes_another:
        return f"{due.title}: {_of_an_act(due, box)}."
    step = page.walk.document.step(due.key)
    if isinstance(step, IdentityStep):
        return f"{due.title}: scan {SOURCES[step.first]}, then {SOURCES[step.second]}."
    if due.takes_up and page.walk.vials_of(page.walk.open_block()):
        return "Scan the next vial."
    return due.title


def _of_an_act(due: DueStep, box: ChosenBox | None) -> str:
    """Say what to scan for an act."""
    if due.is_picked:
        return "scan the vial once more, for its order"
    if due.takes_another:
        return "scan the next vial, or open the sheet"
    if box is None:
        return "scan the box or the place where it stands"
    if not box.next_label:
        return f"{box.name} is full, scan the next box"
    return f"put it in {box.next_label}, then scan {box.name}"


def _identity(page: RunPage) -> Identity | None:
    """Say whose product is in hand, or whose run it is."""
    run, vial = page.run, page.vial
    therapy = run.therapy if vial is None else vial.therapy
    batch = run.batch if vial is None else vial.batch
    if batch is None:
        return None
    kind = "" if vial is None else f", {vial.get_kind_display().lower()}"
    return Identity(
        coi="not allocated to a patient" if therapy is None else therapy.coi,
        vial_code="" if vial is None else vial.code,
        pseudonym="" if therapy is None else therapy.patient.pseudonym,
        product=f"{batch.product.code}{kind}",
    )


def _clock(held: InHand | None, at: datetime) -> Clock | None:
    if held is None or held.out_since is None or not held.is_out:
        return None
    return Clock(since=held.out_since, now=at, limit=held.longest_out)


def _progress(batch: Batch | None) -> Progress | None:
    return None if batch is None else progress_of(batch)
