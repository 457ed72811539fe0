"""Rules about where a vial may stand."""

from audit.errors import Refusal
from audit.local_times import in_words
from custody.models import EventKind
from custody.rules.standing import (
    OUT,
    refusals_unless_missing,
    refusals_unless_out,
    refusals_unless_stored,
)
from custody.rules.statuses import refusals_to_enter
from custody.spots import Spot
from inventory.models import Custody, PositionCondition, Purpose, Quality, Vial, VialKind, Zone

ZONE_QUALITY: dict[str, frozenset[str]] = {
    Zone.QUARANTINE: frozenset({Quality.QUARANTINE, Quality.EXPECTED}),
    Zone.REJECTED: frozenset({Quality.REJECTED, Quality.EXPIRED, Quality.RECALLED}),
}
SAMPLES = frozenset({Purpose.QC, Purpose.RETAIN})
VIAL_MISSING_WORDS = "was reported missing. Set it apart and call QA, who records the find."


def refusals_to_place(
    vial: Vial, at: Spot, *, expected_therapy_id: int | None = None
) -> list[Refusal]:
    """
    Say every reason why `vial`, in hand, may not be placed at `at`.

    expected_therapy_id: the patient's treatment whose vials are being put away, when there is one.
    Source: 21 CFR 1271.260(a); URS-89, URS-106.
    """
    refusals = []
    if vial.custody == Custody.IN_STORAGE:
        refusals.append(
            Refusal("VIAL_ALREADY_STORED", f"{vial.code} is already in storage: move it instead.")
        )
    elif vial.custody == Custody.NOT_RECEIVED:
        refusals.append(
            Refusal("NOT_RECEIVED", f"{vial.code} was not received. Receive its batch first.")
        )
    else:
        refusals.extend(refusals_to_enter(vial, Custody.IN_STORAGE) or _of_what_was_away(vial))
    if expected_therapy_id is not None and vial.therapy_id != expected_therapy_id:
        refusals.append(
            Refusal(
                "WRONG_PATIENT",
                f"STOP. {vial.code} belongs to another patient. Set it apart and call QA.",
            )
        )
    return refusals + refusals_to_stand(vial, at)


def _of_what_was_away(vial: Vial) -> list[Refusal]:
    """Say that a vial which was out or lost comes back by its own way, not as a new arrival."""
    if vial.custody == Custody.MISSING:
        return [Refusal("VIAL_MISSING", f"{vial.code} {VIAL_MISSING_WORDS}")]
    if vial.custody != Custody.RECEIVED:
        words = f"{vial.code} was out: put it back instead, so that its time out is kept."
        return [Refusal("WAS_OUT", words)]
    return []


def refusals_to_move(vial: Vial, to: Spot) -> list[Refusal]:
    """Say every reason why a stored `vial` may not be moved to `to`."""
    refusals = refusals_unless_stored(vial)
    if vial.position_id == to.position.pk:
        refusals.append(Refusal("SAME_POSITION", f"{vial.code} already stands at {to.place}."))
        return refusals
    return refusals + refusals_to_stand(vial, to)


def refusals_to_go_back(vial: Vial, to: Spot) -> list[Refusal]:
    """Say every reason why a vial that was out may not be put back at `to`."""
    return refusals_unless_out(vial) + refusals_to_stand(vial, to)


def refusals_to_come_in(to: Spot, *, from_unit_id: int | None) -> list[Refusal]:
    """
    Say that a unit is critically warm or short of nitrogen, and takes nothing in.

    What stands in it may move within.

    from_unit_id: the unit that the vial or container stood in, None where it stood in none.
    Source: REQUIREMENTS B4; URS-105, URS-113.
    """
    if to.too_warm_since is None or from_unit_id == to.unit_id:
        return []
    since = in_words(to.too_warm_since)
    return [
        Refusal(
            "UNIT_TOO_WARM",
            f"{to.place.split(' › ')[0]} has been critically warm, or short of nitrogen, since "
            f"{since} and takes nothing in. Use another freezer or tank.",
        )
    ]


def refusals_to_store(vial: Vial, to: Spot) -> list[Refusal]:
    """Say why a vial may not come to stand at `to` by whichever of the three ways it comes."""
    if vial.custody == Custody.IN_STORAGE:
        return refusals_to_move(vial, to)
    if vial.custody in OUT:
        return refusals_to_go_back(vial, to)
    return refusals_to_place(vial, to)


def kind_of_storing(vial: Vial) -> EventKind:
    """Say what it is called that a vial comes to stand somewhere, by where it was before."""
    if vial.custody == Custody.IN_STORAGE:
        return EventKind.MOVED
    return EventKind.PUT_BACK if vial.custody in OUT else EventKind.PLACED


def refusals_to_be_found(vial: Vial, at: Spot) -> list[Refusal]:
    """Say every reason why a vial may not be recorded as found at `at`."""
    return refusals_unless_missing(vial) + refusals_to_stand(vial, at)


def refusals_to_stand(vial: Vial, at: Spot) -> list[Refusal]:
    """Say every reason why `vial` may not stand at `at`, wherever it comes from."""
    return _of_the_position(vial, at) + _of_the_container(vial, at)


def _of_the_position(vial: Vial, at: Spot) -> list[Refusal]:
    refusals = []
    position = at.position
    if at.occupant and at.occupant != vial.code:
        taken_by = (
            at.occupant
            if at.occupant_program_id == vial.program_id
            else "a vial of another program"  # whoever may handle this one need not see that one
        )
        refusals.append(
            Refusal("POSITION_OCCUPIED", f"{at.place} is taken by {taken_by}. Scan another.")
        )
    if position.condition == PositionCondition.BLOCKED:
        reason = position.condition_reason or "no reason was recorded"
        refusals.append(Refusal("POSITION_BLOCKED", f"{at.place} is blocked: {reason}."))
    if position.condition == PositionCondition.IN_DOUBT:
        refusals.append(
            Refusal("POSITION_IN_DOUBT", f"{at.place} is in doubt until QA has had it counted.")
        )
    if position.reserved_for_id not in {None, vial.pk}:
        refusals.append(
            Refusal("POSITION_RESERVED", f"{at.place} is kept for a vial that was checked out.")
        )
    return refusals


def _of_the_container(vial: Vial, at: Spot) -> list[Refusal]:
    refusals = []
    if at.is_retired:
        refusals.append(Refusal("CONTAINER_RETIRED", f"{at.place} is out of use. Scan another."))
    if vial.kind not in at.accepts:
        takes = " and ".join(at.accepts) or "nothing"
        refusals.append(
            Refusal(
                "WRONG_KIND",
                f"{vial.code} is a {VialKind(vial.kind).label.lower()}, "
                f"but {at.place} takes {takes}.",
            )
        )
    if at.programs - {vial.program_id}:
        refusals.append(
            Refusal("WRONG_PROGRAM", f"{at.place} is set aside for another program. Scan another.")
        )
    if at.therapies - {vial.therapy_id}:
        refusals.append(
            Refusal(
                "WRONG_PATIENT", f"{at.place} is set aside for another patient. Stop and check."
            )
        )
    product = vial.batch.product
    if at.storage_class != product.storage_class:
        refusals.append(
            Refusal(
                "WRONG_STORAGE",
                f"{product.code} is stored in {product.get_storage_class_display()}; "
                f"{at.place} is not.",
            )
        )
    return refusals + _of_the_zone(vial, at)


def suits_zone(zone: str, *, quality: str, purpose: str) -> bool:
    """
    Say whether content of this quality and purpose may stand in `zone`.

    Source: 21 CFR 1271.260(a); URS-106.
    """
    allowed = ZONE_QUALITY.get(zone)
    wrong = allowed is not None and quality not in allowed
    return not wrong and (zone != Zone.SAMPLES or purpose in SAMPLES)


def _of_the_zone(vial: Vial, at: Spot) -> list[Refusal]:
    return [
        Refusal(
            "WRONG_ZONE",
            f"{at.place} is for “{Zone(zone).label.lower()}”; {vial.code} is a "
            f"{Purpose(vial.purpose).label.lower()} in “{Quality(vial.quality).label}”.",
        )
        for zone in sorted(at.zones)
        if not suits_zone(zone, quality=vial.quality, purpose=vial.purpose)
    ]
