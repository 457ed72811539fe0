"""Reading a run under its lock: the document it is pinned to and what was recorded of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from audit.errors import NotFound, Refusal
from inventory.models import Vial
from sop.deviations import NewDeviation
from sop.documents.document import ProcedureDocument
from sop.documents.reading import stored_document
from sop.models import DeviationSource, Execution, ProcedureVersion, StepOutcome, StepRecord
from sop.rules.walking import Passed, Walk

NO_RUN = NotFound([Refusal("UNKNOWN_RUN", "No such run that you may see. Look in the list.")])


@dataclass(frozen=True)
class LockedRun:
    """A run whose row is locked, and how far it has come."""

    row: Execution
    walk: Walk

    @property
    def document(self) -> ProcedureDocument:
        """The document of the version it is pinned to."""
        return self.walk.document


def lock_run(execution_id: int) -> LockedRun:
    """
    Lock a run and read how far it has come; two statements, three for a version not read before.

    Raises NotFound.
    """
    rows = Execution.objects.select_for_update(of=("self",), no_key=True)
    row = rows.filter(pk=execution_id).first()
    if row is None:
        raise NO_RUN
    return LockedRun(row, walk_of(row))


def walk_of(run: Execution) -> Walk:
    """Read how far a run has come."""
    records = StepRecord.objects.filter(execution=run).exclude(outcome=StepOutcome.STOPPED)
    passed = [
        Passed(key=key, vial_id=vial, person_id=person, at=at, option=str(values.get("option", "")))
        for key, vial, person, at, values in records.order_by("pk").values_list(
            "step_key", "vial_id", "person_id", "recorded_at", "values"
        )
    ]
    return Walk(
        document=document_of(run.version_id), passed=passed, vial_in_hand=run.vial_in_hand_id
    )


def walk_of_id(execution_id: int) -> Walk:
    """Read how far a run has come, without a lock."""
    return walk_of(Execution.objects.get(pk=execution_id))


@lru_cache(maxsize=256)
def document_of(version_id: int) -> ProcedureDocument:
    """Read the document of a version that was approved, which is never changed."""
    version = ProcedureVersion.objects.only("document").get(pk=version_id)
    return stored_document(version.document)


def passed_now(records: Sequence[StepRecord], at: datetime) -> list[Passed]:
    """Return what was just recorded, as the walk takes it."""
    return [
        Passed(
            key=record.step_key,
            vial_id=record.vial_id,
            person_id=record.person_id,
            at=at,
            option=str(record.values.get("option", "")),
        )
        for record in records
        if record.outcome != StepOutcome.STOPPED
    ]


def words_of_due(execution_id: int, key: str) -> str:
    """Return how the Change names a step of this run, before the run is locked; one statement."""
    rows = Execution.objects.filter(pk=execution_id)
    found = rows.values_list("version_id", "version__procedure__code", "version__number").first()
    if found is None:
        return ""
    version_id, code, number = found
    document = document_of(version_id)
    if document.step(key) is None:
        return f"{code} v{number} (RUN-{execution_id})"
    return f"{step_words(code, number, document, key)} (RUN-{execution_id})"


def step_words(code: str, number: int, document: ProcedureDocument, key: str) -> str:
    """Return how a record names a step, such as `SOP-ST-002 v3, step 4: Scan the box`."""
    step = document.step(key)
    title = "" if step is None else step.title[:120]
    return f"{code} v{number}, step {document.number_of(key)}: {title}"


def deviation_of(
    run: LockedRun,
    *,
    source: DeviationSource,
    title: str,
    what_happened: str,
    vials: Sequence[Vial],
    about: str = "",
) -> NewDeviation:
    """Describe a deviation that a run opens: at its site, caused by whoever holds it."""
    return NewDeviation(
        source=source,
        title=f"{run.document.code}: {title}",
        what_happened=what_happened,
        vials=vials,
        caused_by_id=run.row.held_by_id,
        site_id=run.row.site_id,
        program_id=run.row.program_id,
        about=about,
    )
