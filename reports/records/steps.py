"""What was recorded at the steps of runs, with the time that each took."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reports.dossier.ledger import named
from reports.records.record import Cell, Listing, Shown
from sop.action import Action
from sop.documents.document import ProcedureDocument
from sop.documents.steps import Per
from sop.models import Deviation, Execution, StepOutcome, StepRecord
from sop.runs import document_of

HEADER = (
    *("run", "number", "key", "title", "version", "vial", "outcome", "recorded_at", "seconds"),
    *("entered", "in_words", "person", "second_person", "reason", "deviation", "change"),
)
SHOWN = (
    Shown(title="No.", names=("number",), share=0.4),
    Shown(title="Step, vial", names=("title", "vial"), share=2.4),
    Shown(title="Outcome", names=("outcome", "deviation"), share=1.4),
    Shown(title="When", names=("recorded_at",), share=2.3),
    Shown(title="Took", names=("seconds",), share=0.8),
    Shown(title="Entered and expected", names=("in_words", "reason"), share=3.2),
    Shown(title="By", names=("person", "second_person"), share=2.2),
)
_INTERNAL = frozenset({"key", "kind", "option", "instrument", "instrument_kind"})
_LABELS = {str(action): str(action.label) for action in Action}
TOOK = (
    "A step's time runs from the record before it, or from the beginning of the run; pauses and "
    "hand-overs are part of it."
)


@dataclass(frozen=True, kw_only=True)
class StepTime:
    """
    One record of a run.

    took: since the record before it. is_end: it only says that no further vial came.
    """

    row: StepRecord
    number: int
    title: str
    took: timedelta
    is_end: bool

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Give its line, as the header has it."""
        row = self.row
        return (
            f"RUN-{row.execution_id}",
            self.number,
            row.step_key,
            self.title,
            row.version.number,
            "" if row.vial is None else row.vial.code,
            str(StepOutcome(row.outcome).label),
            row.recorded_at,
            self.took,
            "; ".join(f"{name}: {value}" for name, value in row.values.items()),
            "; ".join(_in_words(row.values)),
            named(row.person),
            named(row.second_person),
            row.reason,
            row.deviation,
            row.change_id,
        )


def _in_words(values: Mapping[str, object]) -> Iterator[str]:
    """Yield what was entered and expected, without what only the database needs."""
    for name, value in values.items():
        if name not in _INTERNAL:
            said = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield f"{name.replace('_', ' ')}: {_LABELS.get(said, said)}"


def step_times(runs: Collection[Execution]) -> list[StepTime]:
    """Return every record of these runs in the order of time, run by run; one query."""
    begun = {run.pk: run.started_at for run in runs}
    rows = StepRecord.objects.filter(execution__in=begun).select_related(
        "version", "vial", "person", "second_person"
    )
    return list(_timed(rows.order_by("execution", "pk"), begun))


def _timed(rows: Collection[StepRecord], begun: dict[int, datetime]) -> Iterator[StepTime]:
    last = dict(begun)
    for row in rows:
        document = document_of(row.version_id)
        step = document.step(row.step_key)
        is_end = (
            step is not None
            and step.per == Per.VIAL
            and row.vial_id is None
            and "vials" in row.values
        )
        yield StepTime(
            row=row,
            number=0 if step is None else document.number_of(row.step_key),
            title=_title(row, document, is_end=is_end),
            took=row.recorded_at - last[row.execution_id],
            is_end=is_end,
        )
        last[row.execution_id] = row.recorded_at


def _title(row: StepRecord, document: ProcedureDocument, *, is_end: bool) -> str:
    step = document.step(row.step_key)
    if is_end:
        return "No further vial"
    return row.step_key if step is None else step.title


def steps_listing(steps: Sequence[StepTime], *, title: str, is_shown: bool = True) -> Listing:
    """Give the table of steps."""
    return Listing(
        name="steps",
        title=title,
        note=TOOK,
        header=HEADER,
        rows=[step.cells for step in steps],
        shown=SHOWN if is_shown else (),
        empty="No step is recorded.",
    )


def deviations_by_run(steps: Sequence[StepTime], runs: Collection[int]) -> dict[int, list[int]]:
    """
    Return the keys of the deviations that were opened by a change of each run or its steps.

    That of a run that took too long, or was abandoned, names no step; two queries.
    """
    history = Execution.history.filter(id__in=runs)
    by_change: dict[int, int] = dict(history.values_list("change", "id"))
    by_change |= {step.row.change_id: step.row.execution_id for step in steps}
    found: dict[int, set[int]] = {key: set() for key in runs}
    opened = Deviation.history.filter(change__in=by_change, history_type="+")
    for key, change in opened.values_list("id", "change"):
        found[by_change[change]].add(key)
    by_number = {step.row.deviation: step.row.execution_id for step in steps if step.row.deviation}
    again = Deviation.objects.filter(number__in=by_number).values_list("pk", "number")
    for key, number in again:
        found[by_number[number]].add(key)
    return {run: sorted(keys) for run, keys in found.items()}


def is_overdue(run: Execution, document: ProcedureDocument, *, at: datetime) -> bool:
    """Say whether a run took, or takes by now, longer than its procedure allows."""
    if document.most_minutes is None:
        return False
    return (run.ended_at or at) - run.started_at > timedelta(minutes=document.most_minutes)
