"""Taking a vial up into a run: whose it must be, and what the run learns from each scan."""

from django.db.models import Q

from audit.errors import Refusal
from inventory.models import Batch, IdentifierKind, Therapy, Vial
from sop.deviations import list_further
from sop.documents.document import ProcedureDocument
from sop.documents.steps import MeasurementStep, Per
from sop.models import Deviation, Execution, StepOutcome, StepRecord
from sop.runs import LockedRun


def read_vial(vial_id: int) -> Vial:
    """Return the vial with what the run keeps of it."""
    return Vial.objects.select_related("batch", "therapy").get(pk=vial_id)


def fault_of(vial: Vial, run: Execution, document: ProcedureDocument) -> Refusal | None:
    """
    Say why a vial does not belong into this run, or nothing.

    Source: REQUIREMENTS B1, B3; URS-29, URS-89.
    """
    if not document.one_patient:
        return None
    if run.therapy_id is not None and whose(vial) != run.therapy_id:
        return Refusal(
            "WRONG_PATIENT",
            f"STOP. {vial.code} does not belong to the patient of this run. Set it apart.",
        )
    if run.therapy_id is None and run.batch_id not in {None, vial.batch_id}:
        return Refusal(
            "OTHER_BATCH", f"{vial.code} belongs to another batch than this run. Set it apart."
        )
    return None


def whose(vial: Vial) -> int | None:
    """Return whose treatment a vial is: its own, or that of the order it is claimed for."""
    if vial.therapy_id is not None:
        return vial.therapy_id
    claimed = Therapy.objects.filter(
        retrievals__claims__vial=vial, retrievals__claims__released_at__isnull=True
    )
    return claimed.values_list("pk", flat=True).first()


def learn(run: Execution, values: dict[str, object]) -> None:
    """Keep what a scan says of the run: its container, its batch, or whose treatment it is for."""
    kind, key = values.get("kind"), values.get("key")
    if not isinstance(key, int):
        return
    if kind == IdentifierKind.CONTAINER:
        run.container_id = key
    elif kind == IdentifierKind.VIAL:
        vial = read_vial(key)
        run.batch, run.therapy_id, run.program_id = vial.batch, whose(vial), vial.program_id
    elif kind == IdentifierKind.BATCH:
        run.batch = Batch.objects.select_related("product").get(pk=key)
        run.therapy_id = run.batch.therapy_id
        run.program_id = run.batch.product.program_id
    elif kind in _OF_A_TREATMENT:
        therapy = Therapy.objects.select_related("product").get(**{_OF_A_TREATMENT[kind]: key})
        run.therapy, run.program_id = therapy, therapy.product.program_id


_OF_A_TREATMENT: dict[object, str] = {
    IdentifierKind.THERAPY: "pk",
    IdentifierKind.PICK_LIST: "retrievals__pick_list",
}


def take_up(vial: Vial, run: LockedRun) -> None:
    """Put the vial in hand; the first one says whose vials these are."""
    row = run.row
    row.vial_in_hand = vial
    if run.document.one_patient and row.batch_id is None:
        row.batch = vial.batch
        row.therapy_id = row.therapy_id or vial.therapy_id
    row.program_id = row.program_id or vial.program_id


def name_in_open_deviations(vial: Vial, run: LockedRun) -> None:
    """
    List a vial under what went otherwise at the steps of the session before it was taken up.

    Its storage is as doubtful as that of those that were at hand then.
    Source: 21 CFR 211.192; URS-113.
    """
    once = [step for step in run.document.steps if step.per == Per.SESSION]
    measured = [step.key for step in once if isinstance(step, MeasurementStep)]
    failed = StepRecord.objects.filter(
        Q(outcome=StepOutcome.FAILED) | Q(outcome=StepOutcome.STOPPED, step_key__in=measured),
        execution=run.row,
        step_key__in=[step.key for step in once],
    )
    rows = Deviation.objects.open().filter(number__in=failed.values("deviation")).order_by("pk")
    for deviation in rows.select_for_update(of=("self",), no_key=True):
        list_further(deviation, [vial])
