"""What it means that another vial was scanned than the one an act is about."""

from audit.errors import Refusal
from inventory.models import Vial


def refusal_of_another(vial: Vial, code: str, other: Vial | None) -> Refusal:
    """
    Say why an act on `vial` stops; WRONG_PATIENT and OTHER_BATCH are mix-ups.

    code: that was scanned. other: whose label it is; nothing where it is no vial's.
    Source: REQUIREMENTS B1, B3; URS-29, URS-89.
    """
    words = (
        f"STOP. You scanned {code}; this page is about {vial.code}. "
        "Put it back where it came from and take the right one."
    )
    if other is None or other.pk == vial.pk:
        return Refusal("WRONG_VIAL", words)
    if other.program_id != vial.program_id or other.therapy_id != vial.therapy_id:
        return Refusal("WRONG_PATIENT", words)
    is_of_a_patient = vial.therapy_id is not None
    if not is_of_a_patient and other.batch_id != vial.batch_id:
        return Refusal("OTHER_BATCH", words)
    return Refusal("WRONG_VIAL", words)
