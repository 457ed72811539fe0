"""The paper of the runs begun in a period: step times, what took too long, what went otherwise."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from audit.authors import Author
from audit.errors import ActionRefused, Refusal
from reports.dossier.ledger import named
from reports.kit.times import exact
from reports.records.record import Cell, Entry, Listing, Record, Shown
from reports.records.runs import deviations_listing
from reports.records.steps import (
    TOOK,
    StepTime,
    deviations_by_run,
    is_overdue,
    step_times,
    steps_listing,
)
from sop.models import Deviation, Execution, ExecutionStatus, StepOutcome
from sop.runs import document_of

MOST_RUNS = 2000
TOO_MANY = Refusal(
    "TOO_MANY_RUNS",
    f"More than {MOST_RUNS:,} runs match. Choose a shorter period, or one procedure.",
)
WENT_OTHERWISE = (StepOutcome.FAILED, StepOutcome.STOPPED, StepOutcome.SKIPPED)


@dataclass(frozen=True, kw_only=True)
class Period:
    """
    Which runs: begun from `since` on and before `until`, of one procedure or of all.

    name: at most 50 characters, such as `2026-11-01 to 2026-11-20`. code: of the procedure; empty
    for all.
    """

    name: str
    since: datetime
    until: datetime
    zone: ZoneInfo
    code: str = ""


def period_record(period: Period, *, asked_by: Author, at: datetime) -> Record:
    """
    Gather the runs of a period at the sites and in the programs that they may see.

    Raises ActionRefused (TOO_MANY_RUNS).
    Source: 21 CFR 211.180(e), 211.188(b), 11.10(b); URS-23, URS-76; REQUIREMENTS D2 no. 12.
    """
    runs = _runs(period, asked_by)
    steps = step_times(runs)
    opened = deviations_by_run(steps, [run.pk for run in runs])
    lines = list(_lines(runs, steps, opened, at))
    return Record(
        title="Executions of procedures",
        subject=f"runs {period.name}",
        version=exact(at),
        query=f"runs begun from {exact(period.since)} and before {exact(period.until)}, "
        f"{period.code or 'all procedures'}; read at {exact(at)}",
        zone=period.zone,
        program_id=None,
        facts=tuple(_facts(period, runs, lines, opened)),
        listings=(
            _runs_listing(lines),
            _times_listing(steps),
            deviations_listing(sorted({key for keys in opened.values() for key in keys}), asked_by),
            steps_listing(steps, title="Every step", is_shown=False),
        ),
    )


def _runs(period: Period, asked_by: Author) -> Sequence[Execution]:
    rows = Execution.objects.visible_to(asked_by).filter(
        started_at__gte=period.since, started_at__lt=period.until
    )
    if period.code:
        rows = rows.filter(version__procedure__code=period.code)
    related = ("version__procedure", "site", "batch", "therapy", "started_by", "held_by")
    found = list(rows.select_related(*related).order_by("started_at", "pk")[: MOST_RUNS + 1])
    if len(found) > MOST_RUNS:
        raise ActionRefused([TOO_MANY])
    return found


@dataclass(frozen=True, kw_only=True)
class _Line:
    run: Execution
    allowed: timedelta | None
    took: timedelta
    is_overdue: bool
    outcomes: Counter[str]
    longest: StepTime | None
    deviations: tuple[str, ...]


def _lines(
    runs: Sequence[Execution],
    steps: Sequence[StepTime],
    opened: Mapping[int, Sequence[int]],
    at: datetime,
) -> Iterator[_Line]:
    numbers = Deviation.objects.in_bulk({key for keys in opened.values() for key in keys})
    by_run: dict[int, list[StepTime]] = defaultdict(list)
    for step in steps:
        if not step.is_end:
            by_run[step.row.execution_id].append(step)
    for run in runs:
        document, mine = document_of(run.version_id), by_run[run.pk]
        most = document.most_minutes
        yield _Line(
            run=run,
            allowed=None if most is None else timedelta(minutes=most),
            took=(run.ended_at or at) - run.started_at,
            is_overdue=is_overdue(run, document, at=at),
            outcomes=Counter(step.row.outcome for step in mine),
            longest=max(mine, key=lambda step: step.took, default=None),
            deviations=tuple(numbers[key].number for key in opened[run.pk]),
        )


def _facts(
    period: Period,
    runs: Sequence[Execution],
    lines: Sequence[_Line],
    opened: Mapping[int, Sequence[int]],
) -> Iterator[Entry]:
    yield Entry(name="since", label="Begun from", value=period.since)
    yield Entry(name="until", label="Begun before", value=period.until)
    yield Entry(name="procedure", label="Procedure", value=period.code or "all", is_code=True)
    yield Entry(name="runs", label="Runs", value=len(runs))
    for status in ExecutionStatus:
        number = sum(1 for run in runs if run.status == status)
        yield Entry(name=status.value, label=str(status.label), value=number)
    overdue = sum(1 for line in lines if line.is_overdue)
    yield Entry(name="overdue", label="Over their time", value=overdue)
    for outcome in WENT_OTHERWISE:
        number = sum(line.outcomes[outcome] for line in lines)
        yield Entry(name=f"steps_{outcome}", label=f"Steps: {outcome.label.lower()}", value=number)
    deviations = len({key for keys in opened.values() for key in keys})
    yield Entry(name="deviations_opened", label="Deviations", value=deviations)


def _runs_listing(lines: Sequence[_Line]) -> Listing:
    return Listing(
        name="runs",
        title="Runs",
        header=(
            *("run", "procedure", "version", "title", "site", "batch", "coi", "status"),
            *("started_at", "ended_at", "started_by", "held_by", "took_seconds"),
            *("allowed_seconds", "overdue", "done", "failed", "stopped", "skipped"),
            *("longest_step", "longest_seconds", "deviations"),
        ),
        rows=[_cells(line) for line in lines],
        shown=(
            Shown(title="Run", names=("run", "batch", "coi"), share=2),
            Shown(title="Procedure, version", names=("procedure", "version", "title"), share=2.4),
            Shown(title="State", names=("status", "site"), share=1.3),
            Shown(title="Begun, ended", names=("started_at", "ended_at"), share=2),
            Shown(title="By", names=("started_by", "held_by"), share=2),
            Shown(title="Took, allowed", names=("took_seconds", "allowed_seconds"), share=1.3),
            Shown(title="Over its time", names=("overdue",), share=0.8),
            Shown(title="Longest step", names=("longest_step", "longest_seconds"), share=2),
            Shown(title="Deviations", names=("deviations",), share=1.5),
        ),
        empty="No run was begun in this period.",
    )


def _cells(line: _Line) -> tuple[Cell, ...]:
    run, longest = line.run, line.longest
    held_by = "" if run.held_by_id == run.started_by_id else named(run.held_by)
    return (
        str(run),
        run.version.procedure.code,
        run.version.number,
        run.version.title,
        run.site.name,
        "" if run.batch is None else run.batch.number,
        "" if run.therapy is None else run.therapy.coi,
        str(ExecutionStatus(run.status).label),
        run.started_at,
        run.ended_at,
        named(run.started_by),
        held_by,
        line.took,
        line.allowed,
        "yes" if line.is_overdue else "no",
        line.outcomes[StepOutcome.DONE],
        line.outcomes[StepOutcome.FAILED],
        line.outcomes[StepOutcome.STOPPED],
        line.outcomes[StepOutcome.SKIPPED],
        "" if longest is None else longest.title,
        None if longest is None else longest.took,
        " ".join(line.deviations),
    )


def _times_listing(steps: Sequence[StepTime]) -> Listing:
    """Say of each step of each version how often it was done, and how long it took."""
    groups: dict[tuple[str, int, int], list[StepTime]] = defaultdict(list)
    for step in steps:
        if not step.is_end:
            code = document_of(step.row.version_id).code
            groups[code, step.row.version.number, step.number].append(step)
    return Listing(
        name="step_times",
        title="Step times",
        note=TOOK,
        header=(
            *("procedure", "version", "number", "title", "records", "not_done"),
            *("shortest_seconds", "median_seconds", "longest_seconds"),
        ),
        rows=[_times(key, groups[key]) for key in sorted(groups)],
        shown=(
            Shown(title="Procedure", names=("procedure",), share=1.5),
            Shown(title="Version", names=("version",), share=0.7),
            Shown(title="No.", names=("number",), share=0.5),
            Shown(title="Step", names=("title",), share=4),
            Shown(title="Records", names=("records",), share=0.8),
            Shown(title="Not as it should", names=("not_done",), share=1),
            Shown(title="Shortest", names=("shortest_seconds",)),
            Shown(title="Median", names=("median_seconds",)),
            Shown(title="Longest", names=("longest_seconds",)),
        ),
    )


def _times(key: tuple[str, int, int], group: Sequence[StepTime]) -> tuple[Cell, ...]:
    code, version, number = key
    took = [step.took for step in group]
    otherwise = sum(1 for step in group if step.row.outcome in WENT_OTHERWISE)
    middle = timedelta(seconds=median(each.total_seconds() for each in took))
    return (
        *(code, version, number, group[-1].title, len(group), otherwise),
        *(min(took), middle, max(took)),
    )
