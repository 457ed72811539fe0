"""Taking a vial up into a run: whose it must be, and what the run learns from the first."""

from audit.errors import Refusal
from inventory.models import Vial
from sop.documents.document import ProcedureDocument
from sop.models import Execution
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
    if run.therapy_id is not None and vial.therapy_id != run.therapy_id:
        return Refusal(
            "WRONG_PATIENT",
            f"STOP. {vial.code} does not belong to the patient of this run. Set it apart.",
        )
    if run.therapy_id is None and run.batch_id not in {None, vial.batch_id}:
        return Refusal(
            "OTHER_BATCH", f"{vial.code} belongs to another batch than this run. Set it apart."
        )
    return None


def take_up(vial: Vial, run: LockedRun) -> None:
    """Put the vial in hand; the first one says whose vials these are."""
    row = run.row
    row.vial_in_hand = vial
    if run.document.one_patient and row.batch_id is None:
        row.batch, row.therapy = vial.batch, vial.therapy
    row.program_id = row.program_id or vial.program_id
