"""Two people who empty a tank at once."""

from contextlib import nullcontext

import pytest

from custody.models import EmptiedRack
from sop.models import Deviation
from tests.custody.emptying import (
    begun,
    put,
    second_rack,
    stored_in,
    take,
    unit,
)
from tests.custody.racing import race, winners, without_locks
from tests.world import World

pytestmark = pytest.mark.urs("URS-105", "URS-112")


@pytest.mark.parametrize("locks", [True, False], ids=["by the lock", "by the constraint alone"])
def test_two_who_scan_one_rack_at_once_take_it_out_once(
    committed_world: World, locks: bool
) -> None:
    world = committed_world
    world.released()
    row = begun(world)

    with nullcontext() if locks else without_locks():
        outcomes = race(
            lambda: take(world, row, world.rack),
            lambda: take(world, row, world.rack, by=world.witness),
            meet_in="custody.actions.take_out_rack.refusals_to_take_out",
        )

    assert len(winners(outcomes)) == EmptiedRack.objects.count() == 1
    assert [each.codes for each in outcomes if each.error] == [["CARRIED_BY_ANOTHER"]]


def test_two_racks_put_into_one_unit_at_once_get_two_places_and_one_end(
    committed_world: World,
) -> None:
    world = committed_world
    rack, box = second_rack(world)
    world.released()
    stored_in(world, box)
    other, row = unit(world), begun(world)
    take(world, row, world.rack)
    take(world, row, rack, by=world.witness)

    outcomes = race(
        lambda: put(world, row, world.rack, other),
        lambda: put(world, row, rack, other, by=world.witness),
        meet_in="custody.actions.put_down_rack.carry",
    )

    assert [each.error for each in outcomes] == [None, None]
    places = set(EmptiedRack.objects.values_list("place", flat=True))
    assert places == {"LN2-02 › R1", "LN2-02 › R2"}
    row.refresh_from_db()
    assert row.ended_at is not None
    assert Deviation.objects.get().what_happened.count("was emptied from") == 1
