"""Moving a container with everything inside it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.changes import machine_change
from audit.errors import NotFound
from custody.actions.move_container import move_container
from custody.actions.place_vials import place_vials
from custody.chain import check_chains
from custody.models import CustodyEvent, EventKind, Stay
from inventory.actions.add_container import add_container
from inventory.models import (
    Container,
    Position,
    PositionCondition,
    ProgramUserPermission,
    StorageClass,
    Vial,
    Zone,
)
from tests.custody.actions.evidence import refused
from tests.custody.actions.ways import placements
from tests.factories.inventory import (
    BatchFactory,
    ContainerTypeFactory,
    ProductFactory,
    ProgramFactory,
    TherapyFactory,
)
from tests.world import NOON, World


def unit(world: World, **traits: Any) -> Container:
    """Add another unit with its own places for racks."""
    return add_container(
        type_id=ContainerTypeFactory.create(**traits).pk,
        name="LN2-02",
        site_id=world.site.pk,
        intent=world.signs(world.admin),
    )


def move(world: World, moved: Container, to: Position) -> Container:
    """Move, by the technician."""
    return move_container(
        container_id=moved.pk,
        to_position_id=to.pk,
        attribution=world.says(world.technician),
        at=NOON,
    )


def change(row: Container | Position, **facts: object) -> None:
    """Set facts of a place."""
    with machine_change("test", action="set_up", reason="Set up a test"):
        for name, value in facts.items():
            setattr(row, name, value)
        row.save(update_fields=list(facts))


def of_another_program(world: World) -> Vial:
    """Store a vial of a program in which everybody of the world works too."""
    batch = BatchFactory.create()
    with machine_change("test", action="set_up", reason="Set up a test"):
        for right in ProgramUserPermission.objects.filter(content_object=world.program):
            ProgramUserPermission(
                user_id=right.user_id,
                permission_id=right.permission_id,
                content_object=batch.product.program,
            ).save()
    vials = world.received(1, batch)
    place_vials(
        placements=placements(world.other_box, vials),
        attribution=world.says(world.technician),
        at=NOON,
    )
    return vials[0]


@pytest.mark.urs("URS-33", "URS-89", "URS-106")
def test_a_rack_takes_boxes_vials_and_stays_of_three_programs_along(world: World) -> None:
    world.stored(3)
    for _ in range(2):
        of_another_program(world)
    other = unit(world)

    rack = move(world, world.rack, other.positions.get(label="R3"))

    inside = Container.objects.filter(pk__in=[world.box.pk, world.other_box.pk])
    assert rack.path == f"{other.path}{rack.pk}/"
    for box in inside:
        assert (box.path, box.unit_id) == (f"{rack.path}{box.pk}/", other.pk)
        assert box.history.order_by("-history_id")[0].path == box.path
    vials = Vial.objects.all()
    assert len({vial.program_id for vial in vials}) == 3
    for vial in vials:
        event = CustodyEvent.objects.get(vial=vial, kind=EventKind.MOVED_WITH_CONTAINER)
        stay = Stay.objects.open().get(vial=vial)
        assert event.from_place.startswith("LN2-01 › R1 › ")
        assert event.to_place.startswith("LN2-02 › R1 › ")
        assert (stay.unit_id, stay.began_with, stay.place) == (other.pk, event, event.to_place)
    assert all(chain.unbroken for chain in check_chains([vial.pk for vial in vials]).values())


def test_takes_as_many_statements_for_a_full_box_as_for_one_vial(world: World) -> None:
    counted = []
    for label, count in (("3", 1), ("4", 30)):
        world.stored(count)
        with CaptureQueriesContext(connection) as asked:
            move(world, world.box, world.rack.positions.get(label=label))
        counted.append(len(asked))

    assert counted[0] == counted[1] == 24  # one waits for other lifts


@pytest.mark.urs("URS-106")
def test_refuses_every_wrong_place(world: World) -> None:
    world.stored()
    free = world.rack.positions.get(label="3")
    stranger = TherapyFactory.create(product=ProductFactory.create(program=world.program))

    for moved, to, code in (
        (world.tank, free, "IS_A_UNIT"),
        (world.box, world.rack.positions.get(label="1"), "SAME_POSITION"),
        (world.rack, free, "INSIDE_ITSELF"),
        (world.box, world.rack.positions.get(label="2"), "POSITION_OCCUPIED"),
        (world.box, world.tank.positions.get(label="R2"), "WRONG_KIND"),
        (world.box, world.other_box.positions.get(label="A1"), "WRONG_KIND"),
    ):
        with refused(code):
            move(world, moved, to)
    for facts, undone, code in (
        ({"program": ProgramFactory.create()}, {"program": None}, "WRONG_PROGRAM"),
        ({"therapy": stranger}, {"therapy": None}, "WRONG_PATIENT"),
        ({"zone": Zone.REJECTED}, {"zone": Zone.GENERAL}, "WRONG_ZONE"),
        ({"zone": Zone.SAMPLES}, {"zone": Zone.GENERAL}, "WRONG_ZONE"),
        ({"retired_at": NOON}, {"retired_at": None}, "CONTAINER_RETIRED"),
    ):
        change(world.rack, **facts)
        with refused(code):
            move(world, world.box, free)
        change(world.rack, **undone)
    change(free, condition=PositionCondition.BLOCKED)
    with refused("POSITION_BLOCKED"):
        move(world, world.box, free)


@pytest.mark.urs("URS-106")
def test_refuses_a_warmer_unit_a_retired_box_and_what_is_unknown(world: World) -> None:
    world.stored()
    warm = unit(world, name="ULT", category="freezer", storage_class=StorageClass.ULT)
    with refused("WRONG_STORAGE"):
        move(world, world.rack, warm.positions.get(label="R1"))

    change(world.other_box, retired_at=NOON)
    with refused("CONTAINER_RETIRED"):
        move(world, world.other_box, world.rack.positions.get(label="4"))

    for container, position in ((0, world.place("A1").pk), (world.box.pk, 0)):
        with refused("UNKNOWN_PLACE", by=NotFound):
            move_container(
                container_id=container,
                to_position_id=position,
                attribution=world.says(world.technician),
                at=NOON,
            )


def test_an_empty_box_goes_into_any_zone(world: World) -> None:
    change(world.rack, zone=Zone.REJECTED)

    box = move(world, world.box, world.rack.positions.get(label="3"))

    assert box.position == world.rack.positions.get(label="3")
    assert not CustodyEvent.objects.exists()
