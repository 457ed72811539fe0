"""Blocking a place and taking it back into service."""

import pytest

from audit.errors import ActionRefused, NotFound
from audit.models import RefusedAttempt
from custody.actions.place_vials import place_vials
from custody.placements import Placement
from inventory.actions.block_position import block_position
from inventory.actions.unblock_position import unblock_position
from inventory.models import PositionCondition
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import NOON, World


@pytest.mark.urs("URS-106")
def test_nothing_is_placed_at_a_blocked_place_until_it_is_unblocked(world: World) -> None:
    (vial,) = world.received()
    place = world.place("C3")
    into = [Placement(vial_id=vial.pk, position_id=place.pk)]

    blocked = block_position(
        position_id=place.pk, intent=world.signs(world.supervisor, reason="Ice in the cell")
    )
    assert blocked.condition == PositionCondition.BLOCKED
    assert_signed_and_kept(blocked, action="block_position")
    with pytest.raises(ActionRefused, match="Ice in the cell"):
        place_vials(placements=into, attribution=world.says(world.technician), at=NOON)

    unblocked = unblock_position(position_id=place.pk, intent=world.signs(world.qa))
    assert (unblocked.condition, unblocked.condition_reason) == ("in_service", "")
    assert_signed_and_kept(unblocked, action="unblock_position")
    place_vials(placements=into, attribution=world.says(world.technician), at=NOON)


def test_refuses_a_place_where_something_stands_or_is_blocked_already(world: World) -> None:
    (vial,) = world.stored()
    assert vial.position is not None
    rack_place = world.tank.positions.get(label="R1")
    intent = world.signs(world.qa)
    block_position(position_id=world.place("C3").pk, intent=intent)

    with refused("POSITION_OCCUPIED"):
        block_position(position_id=vial.position.pk, intent=intent)
    with refused("POSITION_OCCUPIED"):
        block_position(position_id=rack_place.pk, intent=intent)
    with refused("ALREADY_BLOCKED"):
        block_position(position_id=world.place("C3").pk, intent=intent)


def test_refuses_a_place_that_is_kept_for_a_vial(world: World) -> None:
    stored = world.stored()
    assert stored[0].position is not None
    world.checked_out(stored)

    with refused("POSITION_RESERVED"):
        block_position(position_id=stored[0].position.pk, intent=world.signs(world.qa))


def test_refuses_to_unblock_what_is_not_blocked(world: World) -> None:
    with refused("NOT_BLOCKED"):
        unblock_position(position_id=world.place("C3").pk, intent=world.signs(world.qa))


@pytest.mark.urs("URS-15")
@pytest.mark.parametrize("action", [block_position, unblock_position])
def test_refuses_an_unknown_place_technicians_and_administrators(
    world: World, action: object
) -> None:
    assert callable(action)
    with refused("UNKNOWN_PLACE", by=NotFound):
        action(position_id=0, intent=world.signs(world.qa))
    for person in (world.technician, world.admin):
        with unauthorised():
            action(position_id=world.place("C3").pk, intent=world.signs(person))

    assert RefusedAttempt.objects.filter(actor=world.technician).exists()
