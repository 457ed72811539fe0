"""Adding a type of container."""

from dataclasses import replace
from typing import Any

import pytest

from inventory.actions.add_container_type import add_container_type
from inventory.models import Category, Holds, LayoutKind, StorageClass, VialKind
from inventory.rules.designs import Design
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import World

BOX = Design(
    category=Category.BOX,
    layout=LayoutKind.GRID,
    holds=Holds.VIAL,
    accepts=[VialKind.VIAL],
    rows=8,
    columns=12,
)
RACK = Design(
    category=Category.RACK,
    layout=LayoutKind.NAMED,
    holds=Holds.CONTAINER,
    accepts=[Category.BOX],
    names=["1", " 2 "],
)
BIN = Design(
    category=Category.BIN,
    layout=LayoutKind.COUNTED,
    holds=Holds.VIAL,
    accepts=[VialKind.VIAL],
    limit=25,
)
TANK = replace(
    RACK, category=Category.TANK, accepts=[Category.RACK], storage_class=StorageClass.VAPOUR
)


@pytest.mark.parametrize(
    ("design", "places", "last"),
    [(BOX, 96, "H12"), (RACK, 2, "2"), (BIN, 25, "#25"), (TANK, 2, "2")],
)
def test_adds_a_type_whose_places_are_as_designed(
    world: World, design: Design, places: int, last: str
) -> None:
    kind = add_container_type(name=" New ", design=design, intent=world.signs(world.admin))

    assert kind.name == "New"
    assert len(kind.places()) == places
    assert kind.places()[-1].label == last
    assert_signed_and_kept(kind, action="add_container_type")


@pytest.mark.parametrize(
    ("design", "change", "code"),
    [
        (BOX, {"rows": None}, "LAYOUT_INCOMPLETE"),
        (BOX, {"rows": 25}, "LAYOUT_INCOMPLETE"),
        (BOX, {"columns": 0}, "LAYOUT_INCOMPLETE"),
        (BOX, {"rows": 20, "columns": 101}, "TOO_MANY_PLACES"),
        (BOX, {"accepts": []}, "ACCEPTS_NOTHING"),
        (BOX, {"accepts": [Category.BOX]}, "WRONG_ACCEPTS"),
        (BOX, {"storage_class": StorageClass.ULT}, "STORAGE_CLASS_OF_A_PART"),
        (RACK, {"names": []}, "LAYOUT_INCOMPLETE"),
        (RACK, {"names": ["1", ""]}, "LAYOUT_INCOMPLETE"),
        (RACK, {"names": ["1", "1"]}, "LAYOUT_INCOMPLETE"),
        (RACK, {"names": ["x" * 31]}, "NAME_TOO_LONG"),
        (RACK, {"accepts": [Category.TANK]}, "WRONG_ACCEPTS"),
        (BIN, {"limit": None}, "LAYOUT_INCOMPLETE"),
        (BIN, {"limit": 2001}, "TOO_MANY_PLACES"),
        (TANK, {"storage_class": ""}, "STORAGE_CLASS_MISSING"),
        (TANK, {"is_lifted": True}, "UNIT_LIFTED"),
    ],
)
def test_refuses_what_cannot_be_built(
    world: World, design: Design, change: dict[str, Any], code: str
) -> None:
    with refused(code):
        add_container_type(
            name="New", design=replace(design, **change), intent=world.signs(world.admin)
        )


def test_refuses_a_name_that_is_taken_or_missing(world: World) -> None:
    with refused("NAME_TAKEN"):
        add_container_type(name=world.box.type.name, design=BOX, intent=world.signs(world.admin))
    with refused("NAME_MISSING", "ACCEPTS_NOTHING"):
        add_container_type(
            name="", design=replace(BOX, accepts=[]), intent=world.signs(world.admin)
        )


def test_refuses_everybody_but_administrators(world: World) -> None:
    with unauthorised():
        add_container_type(name="New", design=BOX, intent=world.signs(world.supervisor))
