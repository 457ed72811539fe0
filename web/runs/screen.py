"""What the run's screen shows: the one thing to do next, whose it is, and the rail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from accounts.models import Person
from custody.queries.put_away import InHand, Progress, in_hand, progress_of
from inventory.models import Batch
from sop.answering import SOURCES
from sop.documents.steps import (
    ActStep,
    ChoiceStep,
    ConfirmStep,
    FileStep,
    IdentityStep,
    MeasurementStep,
    Option,
    SecondPersonStep,
    SignatureStep,
    TextStep,
    WaitStep,
)
from sop.instruments import asked_for
from sop.models import ExecutionStatus
from sop.queries.runs import RecordLine, RunPage
from web.presenters import Clock, Identity, ScanField, StatusBadge, custody_badge
from web.put_away.placing import Putting
from web.put_away.screen import ChosenBox, chosen_box
from web.record_copies import may_copy
from web.runs.acts import BY_SCAN, Elsewhere, elsewhere


@dataclass(frozen=True, kw_only=True)
class DueStep:
    """
    The step that is due, as it is asked for.

    control: which field or button answers it; empty where a scan does. is_signed: on a sheet.
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
    elsewhere: Elsewhere | None = None


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
    run, due = page.run, _due(page)
    held = None if page.vial is None else in_hand(page.vial, at=at)
    is_placing = any(
        isinstance(step, ActStep) and step.action in BY_SCAN for step in page.walk.open_block()
    )
    box = chosen_box(putting, held) if is_placing else None
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
        progress=_progress(run.batch) if is_placing else None,
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


def _due(page: RunPage) -> DueStep | None:
    due = page.due
    if due is None:
        return None
    step = due.step
    act = step.action if isinstance(step, ActStep) else None
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
        is_placed=act in BY_SCAN,
        elsewhere=None if act is None or act in BY_SCAN else elsewhere(page, act),
    )


_CONTROLS = {
    ConfirmStep.__name__: "confirm",
    WaitStep.__name__: "confirm",
    MeasurementStep.__name__: "number",
    ChoiceStep.__name__: "options",
    TextStep.__name__: "text",
    FileStep.__name__: "file",
}


def _instruction(page: RunPage, due: DueStep | None, box: ChosenBox | None) -> str:
    """Say the one thing to do now, in a few words."""
    if due is None:
        return "Every step is done." if page.run.ended_at else "Nothing is due."
    if due.is_placed and box is None:
        return f"{due.title}: scan the box or the place where it stands."
    if due.is_placed and box is not None:
        where = (
            f"put it in {box.next_label}, then scan {box.name}"
            if box.next_label
            else (f"{box.name} is full, scan the next box")
        )
        return f"{due.title}: {where}."
    step = page.walk.document.step(due.key)
    if isinstance(step, IdentityStep):
        return f"{due.title}: scan {SOURCES[step.first]}, then {SOURCES[step.second]}."
    if due.takes_up and page.walk.vials_of(page.walk.open_block()):
        return "Scan the next vial."
    return due.title


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
    if held is None or held.out_since is None:
        return None
    return Clock(since=held.out_since, now=at, limit=held.longest_out)


def _progress(batch: Batch | None) -> Progress | None:
    return None if batch is None else progress_of(batch)
