"""Rules about where a container may stand."""

from dataclasses import dataclass

from audit.errors import Refusal
from custody.rules.placing import suits_zone
from custody.spots import Spot
from inventory.models import Container, Holds, PositionCondition, Zone


@dataclass(frozen=True)
class Load:
    """
    What the vials inside a container need of the place it goes to.

    classes: the quality and purpose of each.
    """

    programs: frozenset[int]
    therapies: frozenset[int | None]
    storage_classes: frozenset[str]
    classes: frozenset[tuple[str, str]] = frozenset()


def refusals_to_move_container(
    moved: Container, to: Spot, load: Load, standing: str
) -> list[Refusal]:
    """
    Say every reason why `moved`, with its load, may not stand at `to`.

    standing: the name of the container that stands there, or empty.
    Source: 21 CFR 1271.260(a); URS-106.
    """
    if moved.type.is_unit:
        return [Refusal("IS_A_UNIT", f"{moved.name} stands on the floor and is not moved here.")]
    if moved.retired_at is not None:
        return [Refusal("CONTAINER_RETIRED", f"{moved.name} is out of use. Scan another.")]
    if moved.position_id == to.position.pk:
        return [Refusal("SAME_POSITION", f"{moved.name} already stands at {to.place}.")]
    if moved.pk in to.position.container.path_ids:
        return [Refusal("INSIDE_ITSELF", f"{moved.name} cannot stand inside itself.")]
    return _of_the_place(moved, to, standing) + _of_the_load(to, load)


def _of_the_place(moved: Container, to: Spot, standing: str) -> list[Refusal]:
    refusals = []
    if standing:
        refusals.append(Refusal("POSITION_OCCUPIED", f"{to.place} is taken by {standing}."))
    if to.position.condition != PositionCondition.IN_SERVICE:
        refusals.append(
            Refusal(
                "POSITION_BLOCKED",
                f"{to.place} is “{to.position.get_condition_display()}”. Scan another.",
            )
        )
    if to.position.holds != Holds.CONTAINER or moved.type.category not in to.accepts:
        takes = " and ".join(to.accepts) or "nothing"
        refusals.append(
            Refusal(
                "WRONG_KIND",
                f"{moved.name} is a {moved.type.get_category_display().lower()}, "
                f"but {to.place} takes {takes}.",
            )
        )
    if to.is_retired:
        refusals.append(Refusal("CONTAINER_RETIRED", f"{to.place} is out of use. Scan another."))
    return refusals


def _of_the_load(to: Spot, load: Load) -> list[Refusal]:
    refusals = []
    if to.programs and load.programs - to.programs:
        refusals.append(Refusal("WRONG_PROGRAM", f"{to.place} is set aside for another program."))
    if to.therapies and load.therapies - to.therapies:
        refusals.append(Refusal("WRONG_PATIENT", f"{to.place} is set aside for another patient."))
    if load.storage_classes - {to.storage_class}:
        refusals.append(
            Refusal("WRONG_STORAGE", f"Vials inside are not stored as cold as {to.place} keeps.")
        )
    refusals.extend(
        Refusal(
            "WRONG_ZONE", f"{to.place} is for “{Zone(zone).label.lower()}”, not for all inside."
        )
        for zone in sorted(to.zones)
        if not all(
            suits_zone(zone, quality=quality, purpose=purpose) for quality, purpose in load.classes
        )
    )
    return refusals
