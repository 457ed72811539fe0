"""The paper of one run: its version, every step with its time, what went otherwise, who signed."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from audit.authors import Author
from reports.dossier.contents import SignaturePart
from reports.dossier.ledger import named
from reports.dossier.signatures import signatures_under
from reports.kit.fonts import MONO
from reports.kit.times import exact
from reports.records.record import Entry, Listing, Record, Shown
from reports.records.steps import (
    StepTime,
    deviations_by_run,
    is_overdue,
    step_times,
    steps_listing,
)
from reports.records.trails import changes_listing, changes_of, refused_listing
from sop.models import Deviation, Execution, ExecutionStatus, StepFile, StepRecord
from sop.runs import NO_RUN, document_of
from sop.versions import digest_of

KEPT_APART = "It touches another program: its texts are in its own record."
HANDS = ("status", "held_by", "version", "ended_at")


def run_record(run_id: int, *, asked_by: Author, at: datetime) -> Record:
    """
    Gather the record of one run; the number of queries does not grow with its steps.

    Raises NotFound: there is none that they may see.
    Source: 21 CFR 211.188(b), 11.10(b); URS-23, URS-24; REQUIREMENTS D2 no. 12.
    """
    run = _run(run_id, asked_by)
    steps = step_times([run])
    changes = changes_of({Execution: [run.pk]}, only=HANDS)
    opened = deviations_by_run(steps, [run.pk])[run.pk]
    last = max([0, *(e.change for e in changes), *(step.row.change_id for step in steps)])
    return Record(
        title="Execution of a procedure",
        subject=str(run),
        version=str(last),
        query=f"{run}, its complete record, read at {exact(at)}",
        zone=ZoneInfo(run.site.time_zone),
        program_id=run.program_id,
        facts=tuple(_facts(run, steps, at)),
        listings=(
            steps_listing(steps, title="Steps"),
            deviations_listing(opened, asked_by),
            changes_listing(changes, title="At whose hands, and by which version"),
            _files(run),
            refused_listing(Q(subject__run=run.pk)),
        ),
        signatures=tuple(_signatures(run, steps)),
    )


def _run(run_id: int, asked_by: Author) -> Execution:
    rows = Execution.objects.visible_to(asked_by).select_related(
        *("version__procedure", "version__approved_by", "site", "batch__product"),
        *("program", "therapy__patient", "held_by", "started_by"),
    )
    run = rows.filter(pk=run_id).first()
    if run is None:
        raise NO_RUN
    return run


def _facts(run: Execution, steps: Sequence[StepTime], at: datetime) -> Iterator[Entry]:
    version, document = run.version, document_of(run.version_id)
    yield Entry(name="procedure", label="Procedure", value=version.procedure.code, is_code=True)
    yield Entry(name="procedure_title", label="Title", value=version.title)
    yield Entry(name="procedure_version", label="Version", value=version.number)
    yield Entry(name="counts_from", label="Counts from", value=version.effective_at)
    yield Entry(name="approved_by", label="Approved by", value=named(version.approved_by))
    yield Entry(
        name="document_sha256",
        label="SHA-256 of the document",
        value=digest_of(version.document),
        is_code=True,
    )
    yield Entry(name="site", label="Site", value=run.site.name)
    yield from _product(run)
    yield Entry(name="status", label="State", value=str(ExecutionStatus(run.status).label))
    yield Entry(name="started_by", label="Begun by", value=named(run.started_by))
    yield Entry(name="held_by", label="At the hands of", value=named(run.held_by))
    yield Entry(name="started_at", label="Begun", value=run.started_at)
    yield Entry(name="ended_at", label="Ended", value=run.ended_at)
    yield Entry(name="took_seconds", label="Took", value=(run.ended_at or at) - run.started_at)
    most = document.most_minutes
    allowed = None if most is None else timedelta(minutes=most)
    yield Entry(name="allowed_seconds", label="Allowed", value=allowed)
    overdue = "yes" if is_overdue(run, document, at=at) else "no"
    yield Entry(name="is_overdue", label="Over its time", value=overdue)
    yield Entry(name="records", label="Records", value=len(steps))


def _product(run: Execution) -> Iterator[Entry]:
    batch, therapy, program = run.batch, run.therapy, run.program
    yield Entry(name="program", label="Program", value="" if program is None else program.code)
    yield Entry(
        name="batch", label="Batch", value="" if batch is None else batch.number, is_code=True
    )
    yield Entry(name="product", label="Product", value="" if batch is None else batch.product.code)
    coi = "" if therapy is None else therapy.coi
    yield Entry(name="coi", label="Chain of identity", value=coi, is_code=True)
    patient = "" if therapy is None else therapy.patient.pseudonym
    yield Entry(name="patient", label="Patient (pseudonym)", value=patient, is_code=True)


def deviations_listing(keys: Collection[int], asked_by: Author) -> Listing:
    """Give the table of deviations; of one that touches what they may not see, its number."""
    seen = {row.pk for row in Deviation.objects.visible_to(asked_by).filter(pk__in=keys)}
    return Listing(
        name="deviations",
        title="Deviations",
        header=("number", "source", "class", "status", "title", "opened_at", "closed_at"),
        rows=[
            (
                row.number,
                row.get_source_display(),
                row.get_classification_display(),
                row.get_status_display(),
                row.title if row.pk in seen else KEPT_APART,
                row.opened_at,
                row.closed_at,
            )
            for row in Deviation.objects.filter(pk__in=keys).order_by("pk")
        ],
        shown=(
            Shown(title="Number", names=("number",), share=1.5, font=MONO),
            Shown(title="State", names=("status", "class", "source"), share=1.8),
            Shown(title="What", names=("title",), share=4.5),
            Shown(title="Opened, closed", names=("opened_at", "closed_at"), share=2),
        ),
    )


def _files(run: Execution) -> Listing:
    rows = StepFile.objects.filter(record__execution=run).defer("content").order_by("pk")
    return Listing(
        name="files",
        title="Photos and files",
        header=("step", "name", "content_type", "sha256"),
        rows=[
            (row.record.step_key, row.name, row.content_type, row.sha256)
            for row in rows.select_related("record")
        ],
        shown=(
            Shown(title="Step", names=("step",)),
            Shown(title="File", names=("name", "content_type"), share=2),
            Shown(title="SHA-256", names=("sha256",), share=4, font=MONO),
        ),
    )


def _signatures(run: Execution, steps: Sequence[StepTime]) -> list[SignaturePart]:
    return signatures_under(
        {
            StepRecord: {step.row.pk: f"step {step.number}, {step.title}" for step in steps},
            Execution: {run.pk: str(run)},
        }
    )
