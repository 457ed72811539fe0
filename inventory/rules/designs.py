"""Rules about how a type of container may be laid out."""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.errors import Refusal
from inventory import layouts
from inventory.models import UNITS, Category, Holds, LayoutKind, StorageClass, VialKind
from inventory.rules.naming import LONGEST_LABEL

MOST_PLACES = 2000


@dataclass(frozen=True, kw_only=True)
class Design:
    """
    How a type of container is laid out, and what its places take.

    rows, columns: for a grid. names: for named places, in order. limit: for a bin.
    accepts: container categories when it holds containers, else vial kinds.
    storage_class: for a unit, which keeps its own temperature; empty for all else.
    is_lifted: whether it is taken out to reach what is in it; None: as its category usually is.
    """

    category: Category
    layout: LayoutKind
    holds: Holds
    accepts: Sequence[str]
    rows: int | None = None
    columns: int | None = None
    names: Sequence[str] = ()
    limit: int | None = None
    storage_class: StorageClass | str = ""
    is_lifted: bool | None = None


def refusals_of_design(design: Design) -> list[Refusal]:
    """
    Say every reason why nothing can be built to `design`.

    Source: 21 CFR 1271.260(a); URS-106.
    """
    return [
        *_of_the_layout(design),
        *_of_what_it_takes(design),
        *_of_the_cold(design),
        *refusals_of_lifting(design.category, is_lifted=design.is_lifted),
    ]


def _of_the_layout(design: Design) -> list[Refusal]:
    number = _number_of_places(design)
    if number > MOST_PLACES:
        return [
            Refusal(
                "TOO_MANY_PLACES",
                f"{number} places are more than the {MOST_PLACES} one container may have. "
                "Divide it into containers inside it.",
            )
        ]
    try:
        places = _places(design)
    except ValueError as fault:
        words = str(fault)
        return [Refusal("LAYOUT_INCOMPLETE", f"{words[0].upper()}{words[1:]}.")]
    too_long = [place.label for place in places if len(place.label) > LONGEST_LABEL]
    return [
        Refusal("NAME_TOO_LONG", f"“{label}” is longer than {LONGEST_LABEL} characters.")
        for label in too_long
    ]


def _number_of_places(design: Design) -> int:
    if design.layout == LayoutKind.GRID:
        return (design.rows or 0) * (design.columns or 0)
    return (design.limit or 0) if design.layout == LayoutKind.COUNTED else len(design.names)


def _places(design: Design) -> list[layouts.Place]:
    if design.layout == LayoutKind.GRID:
        return layouts.grid(design.rows or 0, design.columns or 0)
    if design.layout == LayoutKind.COUNTED:
        return layouts.counted(design.limit or 0)
    return layouts.named(design.names)


def _of_what_it_takes(design: Design) -> list[Refusal]:
    if not design.accepts:
        return [Refusal("ACCEPTS_NOTHING", "Choose at least one kind of thing that goes in.")]
    known: set[str] = {kind.value for kind in VialKind}
    if design.holds == Holds.CONTAINER:
        known = {category.value for category in Category if category not in UNITS}
    return [
        Refusal("WRONG_ACCEPTS", f"“{kind}” cannot stand in a place for {design.holds.label[2:]}s.")
        for kind in design.accepts
        if kind not in known
    ]


def _of_the_cold(design: Design) -> list[Refusal]:
    if design.category in UNITS and not design.storage_class:
        return [Refusal("STORAGE_CLASS_MISSING", "Say how cold this freezer or tank keeps.")]
    if design.category not in UNITS and design.storage_class:
        return [
            Refusal(
                "STORAGE_CLASS_OF_A_PART",
                f"A {design.category.label.lower()} is as cold as what it stands in: "
                "leave this empty.",
            )
        ]
    return []


def refusals_of_lifting(category: str, *, is_lifted: bool | None) -> list[Refusal]:
    """Say why a container of this category is not taken out to reach what is in it."""
    if category in UNITS and is_lifted:
        return [Refusal("UNIT_LIFTED", "A freezer or tank stands on the floor: nobody lifts it.")]
    return []
