"""What is known of a place: the one statement, held against the containers around it."""

import pytest

from custody.spots import FEW, Spot, lineages, spots
from inventory.actions.add_container import add_container
from inventory.actions.retire_container import retire_container
from inventory.models import Position, Vial, Zone
from temperature.models import Excursion, Level
from tests.factories.inventory import ProductFactory, TherapyFactory
from tests.world import NOON, World


def told_by_querysets(position: Position) -> Spot:
    """Return the spot as the containers from the unit down tell it."""
    way = lineages([position.container])[position.container_id]
    occupant = Vial.objects.filter(position=position).first()
    warm = Excursion.objects.open().filter(unit=way[0], level=Level.CRITICAL).first()
    return Spot(
        position=position,
        place=" › ".join([*(row.name for row in way), position.label]),
        unit_id=way[0].pk,
        site_id=way[0].site_id,
        accepts=tuple(way[-1].type.accepts),
        storage_class=way[0].type.storage_class,
        programs=frozenset(row.program_id for row in way if row.program_id is not None),
        therapies=frozenset(row.therapy_id for row in way if row.therapy_id is not None),
        zones=frozenset(row.zone for row in way),
        is_retired=any(row.retired_at is not None for row in way),
        occupant="" if occupant is None else occupant.code,
        occupant_program_id=None if occupant is None else occupant.program_id,
        too_warm_since=None if warm is None else warm.began_at,
    )


def positions_of(world: World) -> list[Position]:
    """Return places of a tank, a rack and both boxes."""
    containers = [world.tank, world.rack, world.box, world.other_box]
    rows = Position.objects.filter(container__in=containers, ordinal__lte=3)
    return list(rows.select_related("container").order_by("pk"))


def test_says_what_the_containers_say(world: World) -> None:
    world.stored(2)
    positions = positions_of(world)

    found = spots(positions)

    assert found == {position.pk: told_by_querysets(position) for position in positions}
    assert sum(spot.occupant != "" for spot in found.values()) == 2


def test_says_the_same_of_few_of_many_and_of_none(world: World) -> None:
    rows = Position.objects.filter(container=world.box.pk).select_related("container")
    many = list(rows.order_by("pk"))

    assert len(many) > FEW
    assert spots(many) == {position.pk: told_by_querysets(position) for position in many}
    assert spots(many[:FEW]) == {place.pk: told_by_querysets(place) for place in many[:FEW]}
    assert spots([]) == {}


@pytest.mark.urs("URS-106")
def test_adds_up_what_containers_are_set_aside_for(world: World) -> None:
    therapy = TherapyFactory.create(product=ProductFactory.create(program=world.program))
    intent = world.signs(world.admin)
    box = add_container(
        type_id=world.box.type_id,
        name="Box 9",
        position_id=world.rack.positions.get(label="3").pk,
        zone=Zone.QUARANTINE,
        program_id=world.program.pk,
        therapy_id=therapy.pk,
        intent=intent,
    )
    place = Position.objects.select_related("container").get(container=box, label="A1")

    spot = spots([place])[place.pk]

    assert spot == told_by_querysets(place)
    assert spot.programs == {world.program.pk}
    assert spot.therapies == {therapy.pk}
    assert spot.zones == {Zone.GENERAL, Zone.QUARANTINE}
    assert not spot.is_retired


def test_knows_a_place_in_a_retired_container(world: World) -> None:
    retire_container(container_id=world.other_box.pk, intent=world.signs(world.admin), at=NOON)
    place = Position.objects.select_related("container").get(container=world.other_box, label="A1")

    spot = spots([place])[place.pk]

    assert spot == told_by_querysets(place)
    assert spot.is_retired
