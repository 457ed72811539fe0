"""Rules about what may be done with a vial as it stands, whatever the place or the part."""

from audit.errors import Refusal
from custody.rules.statuses import refusals_to_enter
from inventory.models import GONE, Custody, Vial

OUT = (Custody.CHECKED_OUT, Custody.PACKED, Custody.RETURNED)


def refusals_unless_stored(vial: Vial) -> list[Refusal]:
    """Say why a vial that is not in storage cannot be moved."""
    if vial.custody == Custody.IN_STORAGE:
        return []
    return [
        Refusal(
            "VIAL_NOT_STORED",
            f"{vial.code} is “{Custody(vial.custody).label}”; only stored vials are moved.",
        )
    ]


def refusals_unless_out(vial: Vial) -> list[Refusal]:
    """Say why a vial that was not taken out cannot be put back."""
    refusals = refusals_to_enter(vial, Custody.IN_STORAGE)
    if not refusals and vial.custody not in OUT:
        refusals.append(
            Refusal("NOT_OUT", f"{vial.code} was not checked out. Place it as a new arrival.")
        )
    return refusals


def refusals_unless_missing(vial: Vial) -> list[Refusal]:
    """Say why a vial that nobody misses cannot be found."""
    if vial.custody == Custody.MISSING:
        return []
    return [Refusal("NOT_MISSING", f"{vial.code} is “{Custody(vial.custody).label}”, not missing.")]


def refusals_unless_here(vial: Vial) -> list[Refusal]:
    """Say why a vial cannot have been put anywhere here: it is lost, gone, or never came."""
    if vial.custody == Custody.MISSING:
        return [Refusal("VIAL_MISSING", f"{vial.code} is missing: QA records where it was found.")]
    if vial.custody == Custody.IN_STORAGE:
        return []
    return refusals_to_enter(vial, Custody.IN_STORAGE)


def refusals_unless_in_hand(vial: Vial) -> list[Refusal]:
    """Say why a vial that nobody holds cannot be split."""
    if vial.custody == Custody.CHECKED_OUT:
        return []
    return [Refusal("NOT_IN_HAND", f"{vial.code} must be checked out before it is split.")]


def refusals_to_relabel(vial: Vial) -> list[Refusal]:
    """Say why a vial gets no new label."""
    if vial.custody not in GONE:
        return []
    return [Refusal("VIAL_GONE", f"{vial.code} is gone; it gets no new label.")]
