"""Confirming where a rack stands that was carried out of a tank that fails."""

import pytest

from custody.actions.confirm_rack_place import confirm_rack_place
from custody.chain import check_chains
from custody.findings import Verdict
from custody.models import CustodyEvent, EmptiedRack, EventKind
from inventory.models import Container, PositionCondition
from tests.custody.actions.test_move_container import change
from tests.custody.emptying import (
    after,
    begun,
    moved,
    place_finding,
    put,
    second_rack,
    stored_in,
    take,
    unit,
)
from tests.inventory.actions.evidence import refused
from tests.world import World

pytestmark = pytest.mark.urs("URS-105", "URS-112")


@pytest.mark.urs("URS-106")
def test_a_place_is_confirmed_where_it_was_recorded_or_where_it_is(world: World) -> None:
    [vial] = world.released()
    other, row = unit(world), begun(world)
    moved(world, row, [world.rack], other)
    assert place_finding(vial) == (Verdict.AMBER, "PLACE_TO_CONFIRM", row.pk)
    rack, elsewhere = EmptiedRack.objects.get(), unit(world, "LN2-03")

    with refused("OTHER_UNIT"):
        confirm(world, rack, elsewhere, "R1")
    change(other.positions.get(label="R5"), condition=PositionCondition.BLOCKED)
    with refused("POSITION_BLOCKED"):
        confirm(world, rack, other, "R5")
    confirm(world, rack, other, "R4")

    assert place_finding(vial)[1] == "PLACE_KNOWN"
    event = CustodyEvent.objects.filter(vial=vial).latest("seq")
    assert event.kind == EventKind.PLACE_CONFIRMED
    assert event.details["stands_at"] == "LN2-02 › R4"
    assert Container.objects.get(pk=world.rack.pk).position == other.positions.get(label="R4")
    with refused("CONFIRMED_ALREADY"):
        confirm(world, rack, other, "R4")


def confirm(world: World, rack: EmptiedRack, holder: Container, label: str) -> EmptiedRack:
    """Scan a rack, and the place where it stands."""
    return confirm_rack_place(
        rack_id=rack.pk,
        position_id=holder.positions.get(label=label).pk,
        attribution=world.says(world.technician),
        at=after(600),
    )


def test_two_racks_recorded_the_wrong_way_round_change_places(world: World) -> None:
    rack, box = second_rack(world)
    [one], [two], other = world.released(), stored_in(world, box), unit(world)
    row = begun(world)
    moved(world, row, [world.rack, rack], other)
    first, second = EmptiedRack.objects.order_by("pk")
    assert (first.place, second.place) == ("LN2-02 › R1", "LN2-02 › R2")

    confirm(world, first, other, "R2")

    assert place_finding(one)[1] == "PLACE_KNOWN"
    assert place_finding(two)[1] == "PLACE_TO_CONFIRM"
    assert Container.objects.get(pk=rack.pk).position == other.positions.get(label="R1")
    with refused("POSITION_OCCUPIED"):
        confirm(world, second, other, "R2")
    confirm(world, second, other, "R1")
    assert place_finding(two)[1] == "PLACE_KNOWN"
    assert all(each.unbroken for each in check_chains([one.pk, two.pk]).values())


def test_a_place_that_was_scanned_needs_no_confirmation(world: World) -> None:
    [vial] = world.released()
    other, row = unit(world), begun(world)
    take(world, row, world.rack)

    rack = put(world, row, world.rack, other.positions.get(label="R6"))

    assert (rack.place, rack.confirmed_by) == ("LN2-02 › R6", world.technician)
    assert place_finding(vial)[1] == "PLACE_KNOWN"
