"""Retiring a container."""

from datetime import datetime

import pytest

from audit.errors import NotFound
from inventory.actions.add_container import add_container
from inventory.actions.retire_container import retire_container
from inventory.models import Container, Identifier
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import World


def test_an_empty_box_leaves_its_place_and_keeps_its_code(world: World, noon: datetime) -> None:
    place = world.box.position
    assert place is not None

    box = retire_container(container_id=world.box.pk, intent=world.signs(world.admin), at=noon)

    assert (box.retired_at, box.position, box.path) == (noon, None, f"/{box.pk}/")
    assert Identifier.objects.get(code=box.code).container_id == box.pk
    assert_signed_and_kept(box, action="retire_container")
    next_box = add_container(
        type_id=box.type_id,
        name="Box 1",
        position_id=place.pk,
        intent=world.signs(world.admin),
    )
    assert next_box.code != box.code


def test_refuses_a_box_with_vials_and_a_rack_with_boxes(world: World, noon: datetime) -> None:
    world.stored()
    intent = world.signs(world.admin)

    for container in (world.box, world.rack, world.tank):
        with refused("NOT_EMPTY"):
            retire_container(container_id=container.pk, intent=intent, at=noon)


def test_refuses_a_box_that_keeps_a_place(world: World, noon: datetime) -> None:
    world.checked_out(world.stored())

    with refused("PLACE_KEPT"):
        retire_container(container_id=world.box.pk, intent=world.signs(world.admin), at=noon)


def test_refuses_to_retire_twice(world: World, noon: datetime) -> None:
    retire_container(container_id=world.other_box.pk, intent=world.signs(world.admin), at=noon)

    with refused("ALREADY_RETIRED"):
        retire_container(container_id=world.other_box.pk, intent=world.signs(world.admin), at=noon)


def test_a_tank_is_retired_once_everything_is_out(world: World, noon: datetime) -> None:
    intent = world.signs(world.admin)
    for container in (world.box, world.other_box, world.rack, world.tank):
        retire_container(container_id=container.pk, intent=intent, at=noon)

    assert not Container.objects.filter(retired_at__isnull=True).exists()
    assert Container.objects.get(pk=world.tank.pk).unit_id == world.tank.pk


def test_a_retired_box_takes_nothing(world: World, noon: datetime) -> None:
    intent = world.signs(world.admin)
    place = world.rack.positions.get(label="3")
    for container in (world.box, world.other_box, world.rack):
        retire_container(container_id=container.pk, intent=intent, at=noon)

    with refused("CONTAINER_RETIRED"):
        add_container(type_id=world.box.type_id, name="Box 3", position_id=place.pk, intent=intent)


def test_refuses_an_unknown_container(world: World, noon: datetime) -> None:
    with refused("UNKNOWN_CONTAINER", by=NotFound):
        retire_container(container_id=0, intent=world.signs(world.admin), at=noon)


@pytest.mark.urs("URS-14")
def test_refuses_everybody_but_administrators(world: World, noon: datetime) -> None:
    with unauthorised():
        retire_container(container_id=world.box.pk, intent=world.signs(world.technician), at=noon)
