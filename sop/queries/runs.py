"""What the screens of runs show: which runs are open, and one run."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from audit.authors import Author
from inventory.models import Vial
from sop.documents.document import ProcedureDocument
from sop.models import (
    Execution,
    ExecutionStatus,
    ProcedureVersion,
    StepFile,
    StepOutcome,
    StepRecord,
    VersionStatus,
)
from sop.rules.walking import Due, Walk
from sop.runs import NO_RUN, document_of, walk_of

_MOST = 200


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """One run in a list; `done` counts its records, `last_at` is when the newest was made."""

    id: int
    name: str
    code: str
    title: str
    number: int
    status: ExecutionStatus
    held_by: str
    is_mine: bool
    batch: str
    started_at: datetime
    last_at: datetime | None
    done: int


@dataclass(frozen=True, kw_only=True)
class RecordLine:
    """One record of a run, as the rail shows it."""

    number: int
    title: str
    vial: str
    outcome: StepOutcome
    said: str
    people: str
    at: datetime
    deviation: str


@dataclass(frozen=True, kw_only=True)
class RunPage:
    """
    One run: how far it has come, what is due, and what was recorded, the newest first.

    newer: the number of a version that is in force by now and is not the run's.
    """

    run: Execution
    walk: Walk
    due: Due | None
    vial: Vial | None
    lines: tuple[RecordLine, ...]
    newer: int | None

    @property
    def document(self) -> ProcedureDocument:
        """The document that the run follows."""
        return self.walk.document


def list_runs(person: Author, *, ended: bool = False) -> list[RunRow]:
    """List the runs that somebody may see, their own first; at most 200, the newest."""
    rows = Execution.objects.visible_to(person)
    if ended:
        rows = rows.exclude(status__in=[ExecutionStatus.RUNNING, ExecutionStatus.PAUSED])
    else:
        rows = rows.open()
    counted = rows.annotate(
        done=Count("records", filter=~Q(records__outcome=StepOutcome.STOPPED)),
        last_at=Max("records__recorded_at"),
    )
    found = counted.select_related("version__procedure", "held_by", "batch").order_by("-pk")
    listed = [_row(run, person) for run in found[:_MOST]]
    return sorted(listed, key=lambda row: not row.is_mine)


def _row(run: Execution, person: Author) -> RunRow:
    counts = vars(run)
    return RunRow(
        id=run.pk,
        name=str(run),
        code=run.version.procedure.code,
        title=run.version.title,
        number=run.version.number,
        status=ExecutionStatus(run.status),
        held_by=run.held_by.full_name,
        is_mine=run.held_by_id == person.pk,
        batch="" if run.batch is None else run.batch.number,
        started_at=run.started_at,
        last_at=counts["last_at"],
        done=counts["done"],
    )


def run_page(run_id: int, *, seen_by: Author, at: datetime) -> RunPage:
    """
    Read one run with all that its page shows.

    Raises NotFound: there is none that the person may see.
    """
    rows = Execution.objects.visible_to(seen_by).select_related(
        "version__procedure", "held_by", "started_by", "site", "batch__product", "therapy__patient"
    )
    run = rows.filter(pk=run_id).first()
    if run is None:
        raise NO_RUN
    walk = walk_of(run)
    vials = Vial.objects.select_related("batch__product", "therapy__patient")
    vial = vials.filter(pk=run.vial_in_hand_id).first() if run.vial_in_hand_id else None
    return RunPage(
        run=run,
        walk=walk,
        due=walk.due() if run.ended_at is None else None,
        vial=vial,
        lines=_lines(run),
        newer=_newer(run, at),
    )


def _newer(run: Execution, at: datetime) -> int | None:
    """Return the number of the version in force where it is another than the run's."""
    if run.ended_at is not None:
        return None
    rows = ProcedureVersion.objects.in_force(at).filter(procedure=run.version.procedure_id)
    found = rows.values_list("number", flat=True).first()
    return found if found != run.version.number else None


def _lines(run: Execution) -> tuple[RecordLine, ...]:
    records = StepRecord.objects.filter(execution=run).select_related(
        "person", "second_person", "vial"
    )
    lines = [_line(record) for record in records.order_by("-pk")]
    return tuple(line for line in lines if line is not None)


def _line(record: StepRecord) -> RecordLine | None:
    document = document_of(record.version_id)
    step = document.step(record.step_key)
    if step is None:
        return None
    is_end = step.per == "vial" and record.vial_id is None and "vials" in record.values
    people = [record.person.full_name]
    if record.second_person is not None:
        people.append(record.second_person.full_name)
    return RecordLine(
        number=document.number_of(step.key),
        title="No further vial" if is_end else step.title,
        vial="" if record.vial is None else record.vial.code,
        outcome=StepOutcome(record.outcome),
        said=_said(record),
        people=" and ".join(people),
        at=record.recorded_at,
        deviation=record.deviation,
    )


def _said(record: StepRecord) -> str:
    """Say why it failed, else what was entered; of an implausible value both."""
    if record.reason and "implausible" in record.values:
        return f"{record.reason} {said_of(record.values)}"
    return record.reason or said_of(record.values)


def said_of(values: dict[str, object]) -> str:
    """Say what was entered, in a few words."""
    if "number" in values:
        device = f", {values['device']}" if "device" in values else ""
        due = f", calibrated until {values['due_on']}" if values.get("due_on") else ""
        why = f"; implausible, confirmed: {values['why']}" if "implausible" in values else ""
        return f"{values['number']} {values['unit']}{device}{due}{why}"
    if "waited_seconds" in values:
        return f"after {values['waited_seconds']} s"
    for name in ("label", "text", "scanned", "file"):
        if name in values:
            return str(values[name])
    return ""


def is_at_hands_of(run: Execution, person: Author) -> bool:
    """Say whether the run goes on, and somebody has it in hand."""
    return run.status == ExecutionStatus.RUNNING and run.held_by_id == person.pk


def was_recorded(run_id: int, request_id: str) -> bool:
    """Say whether a request recorded a step of a run."""
    return StepRecord.objects.filter(execution=run_id, change__request_id=request_id).exists()


def scanned_vial(run_id: int) -> int | None:
    """Return the key of the vial that was scanned last in a step of the session."""
    scans = StepRecord.objects.filter(execution=run_id, vial__isnull=True, values__kind="vial")
    done = scans.exclude(outcome=StepOutcome.STOPPED).order_by("-pk")
    key: int | None = done.values_list("values__key", flat=True).first()
    return key


def instrument_used(run_id: int, person: Author, kind: str) -> str:
    """
    Return the code of the instrument that the person measured with last in this run, or nothing.

    kind: of the instrument; empty where any will do.
    """
    rows = StepRecord.objects.filter(
        execution=run_id, person=person.pk, values__has_key="instrument_kind"
    )
    if kind:
        rows = rows.filter(values__instrument_kind=kind)
    found = rows.order_by("-pk").values_list("values__device", flat=True).first()
    return str(found or "")


def step_file(run_id: int, record_id: int) -> StepFile | None:
    """Return the photo or file of one step of a run."""
    return StepFile.objects.filter(record=record_id, record__execution=run_id).first()


def versions_to_follow(run: Execution) -> list[tuple[int, str]]:
    """List the other approved versions of the run's procedure: key and words, the newest first."""
    rows = ProcedureVersion.objects.filter(
        procedure=run.version.procedure_id, status=VersionStatus.APPROVED
    )
    others = rows.exclude(pk=run.version_id).order_by("-number")
    return [(row.pk, f"Version {row.number}: {row.title}") for row in others]
