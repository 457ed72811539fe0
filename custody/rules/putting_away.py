"""Rules about taking up the next vial while others are being put away."""

from dataclasses import dataclass

from audit.errors import Refusal
from custody.rules.placing import VIAL_MISSING_WORDS
from custody.rules.statuses import refusals_to_enter
from inventory.models import Custody, Vial


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Whose vials are being put away: one patient's treatment, or one batch of a bank."""

    therapy_id: int | None = None
    batch_id: int | None = None


def refusals_to_take_up(vial: Vial, subject: Subject) -> list[Refusal]:
    """
    Say every reason why `vial` may not be put away now, wherever it would stand.

    Source: REQUIREMENTS B8; URS-29, URS-89.
    """
    return _of_the_status(vial) + _of_the_subject(vial, subject)


def _of_the_status(vial: Vial) -> list[Refusal]:
    if vial.custody == Custody.IN_STORAGE:
        return [
            Refusal("VIAL_ALREADY_STORED", f"{vial.code} is already in storage: move it instead.")
        ]
    if vial.custody == Custody.NOT_RECEIVED:
        return [Refusal("NOT_RECEIVED", f"{vial.code} was not received. Receive its batch first.")]
    if vial.custody == Custody.MISSING:
        return [Refusal("VIAL_MISSING", f"{vial.code} {VIAL_MISSING_WORDS}")]
    return refusals_to_enter(vial, Custody.IN_STORAGE)


def _of_the_subject(vial: Vial, subject: Subject) -> list[Refusal]:
    if subject.therapy_id is not None and vial.therapy_id != subject.therapy_id:
        return [
            Refusal(
                "WRONG_PATIENT",
                f"STOP. {vial.code} does not belong to the patient whose vials are being put away. "
                "Set it apart; begin again for the next patient only when these are stored.",
            )
        ]
    if subject.therapy_id is None and subject.batch_id not in {None, vial.batch_id}:
        return [
            Refusal(
                "OTHER_BATCH",
                f"{vial.code} belongs to batch {vial.batch.number}, not to the one being put "
                "away. Finish that one, then begin again for the next batch.",
            )
        ]
    return []
