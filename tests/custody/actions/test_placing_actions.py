"""Placing, moving, putting back and finding: what is refused, and that all or none stand."""

from collections.abc import Callable

import pytest

from audit.changes import machine_change
from audit.errors import NotFound
from custody.actions.move_vials import move_vials
from custody.actions.place_vials import place_vials
from custody.actions.put_back_vials import put_back_vials
from custody.actions.record_found import record_found
from custody.models import CustodyEvent, EventKind
from custody.placements import Placement
from inventory.models import (
    Container,
    Custody,
    Position,
    PositionCondition,
    Quality,
    StorageClass,
    Vial,
    VialKind,
    Zone,
)
from tests.custody.actions.evidence import refused
from tests.custody.actions.ways import decided, handed_over, missing, placements
from tests.factories.inventory import ProductFactory, ProgramFactory, TherapyFactory
from tests.world import NOON, World, fresh

Act = Callable[[World, list[Placement]], object]


def place(world: World, wanted: list[Placement]) -> object:
    """Place, by the technician."""
    return place_vials(placements=wanted, attribution=world.says(world.technician), at=NOON)


def move(world: World, wanted: list[Placement]) -> object:
    """Move, by the technician."""
    return move_vials(placements=wanted, attribution=world.says(world.technician), at=NOON)


def put_back(world: World, wanted: list[Placement]) -> object:
    """Put back, by the technician."""
    return put_back_vials(placements=wanted, attribution=world.says(world.technician), at=NOON)


def find(world: World, wanted: list[Placement]) -> object:
    """Record as found, by QA."""
    return record_found(placements=wanted, intent=world.signs(world.qa), at=NOON)


def out(world: World, count: int) -> list[Vial]:
    """Return vials that were checked out."""
    return world.checked_out(world.stored(count))


WAYS: dict[str, tuple[Act, Callable[[World, int], list[Vial]]]] = {
    "place": (place, World.received),
    "move": (move, World.stored),
    "put back": (put_back, out),
    "find": (find, missing),
}
each_way = pytest.mark.parametrize(("act", "prepare"), WAYS.values(), ids=WAYS.keys())


def change(row: Container | Position, **facts: object) -> None:
    """Set facts of a place."""
    with machine_change("test", action="set_up", reason="Set up a test"):
        for name, value in facts.items():
            setattr(row, name, value)
        row.save(update_fields=list(facts))


@pytest.mark.urs("URS-89", "URS-106")
@each_way
def test_refuses_every_wrong_place_and_leaves_all_where_they_were(
    world: World, act: Act, prepare: Callable[[World, int], list[Vial]]
) -> None:
    vials = prepare(world, 2)
    occupant = world.stored()[0]
    wanted = placements(world.other_box, vials)
    last = Position.objects.get(pk=wanted[1].position_id)
    assert occupant.position_id is not None
    taken = Placement(vial_id=vials[1].pk, position_id=occupant.position_id)

    with refused("POSITION_OCCUPIED"):
        act(world, [wanted[0], taken])
    with refused("POSITION_OCCUPIED"):
        act(world, [wanted[0], Placement(vial_id=vials[1].pk, position_id=wanted[0].position_id)])
    for condition in (PositionCondition.BLOCKED, PositionCondition.IN_DOUBT):
        change(last, condition=condition)
        with refused(f"POSITION_{condition.name}"):
            act(world, wanted)
    change(last, condition=PositionCondition.IN_SERVICE, reserved_for=occupant)
    with refused("POSITION_RESERVED"):
        act(world, wanted)


@pytest.mark.urs("URS-106")
@each_way
def test_refuses_every_wrong_container(
    world: World, act: Act, prepare: Callable[[World, int], list[Vial]]
) -> None:
    vial = prepare(world, 1)
    wanted = placements(world.other_box, vial)
    other = ProgramFactory.create()
    stranger = TherapyFactory.create(product=ProductFactory.create(program=world.program))

    for facts, undone, code in (
        ({"program": other}, {"program": None}, "WRONG_PROGRAM"),
        ({"therapy": stranger}, {"therapy": None}, "WRONG_PATIENT"),
        ({"zone": Zone.REJECTED}, {"zone": Zone.GENERAL}, "WRONG_ZONE"),
        ({"zone": Zone.SAMPLES}, {"zone": Zone.GENERAL}, "WRONG_ZONE"),
        ({"retired_at": NOON}, {"retired_at": None}, "CONTAINER_RETIRED"),
    ):
        change(world.other_box, **facts)
        with refused(code):
            act(world, wanted)
        change(world.other_box, **undone)


def test_refuses_a_kind_or_a_product_that_the_place_is_not_for(world: World) -> None:
    bag = world.received(kind=VialKind.BAG)
    with refused("WRONG_KIND"):
        place(world, placements(world.box, bag))

    warm = ProductFactory.create(program=world.program, storage_class=StorageClass.ULT)
    vials = world.received(batch=world.batch(therapy=TherapyFactory.create(product=warm)))
    with refused("WRONG_STORAGE"):
        place(world, placements(world.box, vials))


@pytest.mark.urs("URS-23")
def test_each_way_takes_only_vials_that_come_that_way(world: World) -> None:
    stored = world.stored()
    expected = world.expected()
    hands = world.checked_out(world.stored())
    lost = missing(world)
    gone = [handed_over(world)]

    def to(vials: list[Vial]) -> list[Placement]:
        return placements(world.other_box, vials)

    for act, vials, code in (
        (place, stored, "VIAL_ALREADY_STORED"),
        (place, expected, "NOT_RECEIVED"),
        (place, hands, "WAS_OUT"),
        (place, lost, "VIAL_MISSING"),
        (place, gone, "WRONG_CUSTODY"),
        (move, hands, "VIAL_NOT_STORED"),
        (put_back, lost, "NOT_OUT"),
        (put_back, stored, "WRONG_CUSTODY"),
        (find, stored, "NOT_MISSING"),
    ):
        with refused(code):
            act(world, to(vials))


def test_refuses_what_is_unknown_or_named_twice(world: World) -> None:
    vials = world.received(2)
    wanted = placements(world.box, vials)

    with refused("UNKNOWN_VIAL", by=NotFound):
        place(world, [Placement(vial_id=0, position_id=wanted[0].position_id)])
    with refused("UNKNOWN_PLACE", by=NotFound):
        place(world, [Placement(vial_id=vials[0].pk, position_id=0)])
    with refused("VIAL_TWICE"):
        place(
            world,
            [wanted[0], Placement(vial_id=vials[0].pk, position_id=wanted[1].position_id)],
        )


@pytest.mark.urs("URS-29", "URS-89")
def test_refuses_another_patient_than_the_one_put_away(world: World) -> None:
    vials = world.received(2)
    stranger = world.received()[0]

    with refused("WRONG_PATIENT"):
        place_vials(
            placements=placements(world.box, [*vials, stranger]),
            attribution=world.says(world.technician),
            at=NOON,
            expected_therapy_id=vials[0].therapy_id,
        )


def test_refuses_to_move_a_vial_to_where_it_stands(world: World) -> None:
    vial = world.stored()[0]
    assert vial.position_id is not None

    with refused("SAME_POSITION"):
        move(world, [Placement(vial_id=vial.pk, position_id=vial.position_id)])


def test_puts_back_with_the_time_out_and_frees_the_kept_place(world: World) -> None:
    vial = out(world, 1)[0]
    assert Position.objects.filter(reserved_for=vial).count() == 1

    put_back(world, placements(world.other_box, [vial]))

    event = CustodyEvent.objects.get(vial=vial, kind=EventKind.PUT_BACK)
    assert "seconds_out" in event.details
    assert not Position.objects.filter(reserved_for=vial).exists()


def test_a_found_vial_is_in_quarantine(world: World) -> None:
    vial = missing(world)[0]
    assert vial.quality == Quality.RELEASED

    find(world, placements(world.other_box, [vial]))

    found = fresh([vial])[0]
    assert (found.quality, found.custody) == (Quality.QUARANTINE, Custody.IN_STORAGE)


@pytest.mark.urs("URS-106")
def test_a_quarantine_zone_takes_what_is_in_quarantine_and_no_more(world: World) -> None:
    change(world.other_box, zone=Zone.QUARANTINE)
    vials = world.stored(2)
    released = decided(world, vials[1:], Quality.RELEASED)

    move(world, placements(world.other_box, vials[:1]))
    with refused("WRONG_ZONE"):
        move(world, placements(world.other_box, released))
