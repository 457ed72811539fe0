"""How many statements an action takes, however many vials it is about."""

from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from custody.actions.move_vials import move_vials
from custody.actions.place_vials import place_vials
from custody.placements import Placement
from inventory.models import Position, Vial
from tests.world import NOON, World

MOST = 15


def placements(world: World, vials: Sequence[Vial]) -> list[Placement]:
    """Return a free place of the other box for each vial."""
    free = Position.objects.filter(container=world.other_box, vials__isnull=True)
    return [
        Placement(vial_id=vial.pk, position_id=position.pk)
        for vial, position in zip(vials, free.order_by("ordinal"), strict=False)
    ]


@pytest.mark.parametrize("count", [1, 20])
def test_places_in_few_statements(world: World, count: int) -> None:
    wanted = placements(world, world.received(count))

    with CaptureQueriesContext(
        connection,
    ) as asked:
        place_vials(placements=wanted, attribution=world.says(world.technician), at=NOON)

    for q in asked.captured_queries:
        print(q["sql"][:260])
    assert len(asked) <= MOST


@pytest.mark.parametrize("count", [1, 20])
def test_moves_in_few_statements(world: World, count: int) -> None:
    wanted = placements(world, world.stored(count))

    with CaptureQueriesContext(connection) as asked:
        move_vials(placements=wanted, attribution=world.says(world.technician), at=NOON)

    for q in asked.captured_queries:
        print(q["sql"][:260])
    assert len(asked) <= MOST
