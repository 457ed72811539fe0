"""Two people and one place, one vial, or one box."""

from collections.abc import Callable
from datetime import timedelta

from accounts.models import Person
from custody.actions.move_container import move_container
from custody.actions.move_vials import move_vials
from custody.actions.place_vials import place_vials
from custody.actions.put_back_vials import put_back_vials
from custody.actions.record_found import record_found
from custody.models import CustodyEvent, EventKind, Stay
from custody.placements import Placement
from custody.spots import spots
from inventory.actions.add_container import add_container
from inventory.actions.retire_container import retire_container
from inventory.models import Container, Position, Vial
from tests.custody.actions.ways import missing
from tests.custody.races.contest import Contest, Race, happened, torn
from tests.custody.racing import Step
from tests.world import NOON, World

Stand = Callable[..., object]
STANDING = "custody.placements.stand_at"


def standing(
    world: World, act: Stand, vial: Vial, place: Position, person: Person | None = None
) -> Step:
    """Let somebody place, move or put back a vial."""
    placements = [Placement(vial_id=vial.pk, position_id=place.pk)]
    attribution = world.says(person or world.technician)
    return lambda: act(placements=placements, attribution=attribution, at=NOON)


def to_two_places(world: World, act: Stand, vial: Vial, fault: Callable[[], bool]) -> Contest:
    """Let two people take one vial to two places."""
    return Contest(
        standing(world, act, vial, world.place("C1")),
        standing(world, act, vial, world.place("C2"), world.witness),
        fault,
    )


def two_moves(world: World) -> Contest:
    """Two people move one vial."""
    vial = world.stored()[0]
    return to_two_places(
        world,
        move_vials,
        vial,
        lambda: torn(vial) or Stay.objects.open().filter(vial=vial).count() != 1,
    )


def one_vial_placed_twice(world: World) -> Contest:
    """Two people place one vial."""
    vial = world.received()[0]
    return to_two_places(
        world, place_vials, vial, lambda: happened(vial, EventKind.PLACED) > 1 or torn(vial)
    )


def one_vial_put_back_twice(world: World) -> Contest:
    """Two people put one vial back."""
    vial = world.checked_out(world.stored())[0]
    return to_two_places(
        world, put_back_vials, vial, lambda: happened(vial, EventKind.PUT_BACK) > 1 or torn(vial)
    )


def one_vial_found_twice(world: World) -> Contest:
    """Two people of QA record one vial as found, at two places."""
    vial = missing(world)[0]

    def found(label: str, person: Person) -> Step:
        placements = [Placement(vial_id=vial.pk, position_id=world.place(label).pk)]
        return lambda: record_found(placements=placements, intent=world.signs(person), at=NOON)

    return Contest(
        found("C1", world.qa),
        found("C2", world.qa2),
        lambda: happened(vial, EventKind.FOUND) > 1 or torn(vial),
    )


def two_vials_in_one_place(world: World) -> Contest:
    """Two people place two vials in one position."""
    place, (one, other) = world.place("D4"), world.received(2)
    return Contest(
        standing(world, place_vials, one, place),
        standing(world, place_vials, other, place, world.witness),
        lambda: Vial.objects.filter(position=place).count() > 1,
    )


def a_box_that_moves_meanwhile(world: World) -> Contest:
    """One person places a vial in a box that another moves to another rack."""
    vial = world.received()[0]
    rack = add_container(
        type_id=world.rack.type_id,
        name="R2",
        position_id=world.tank.positions.get(label="R2").pk,
        intent=world.signs(world.admin),
    )
    target = rack.positions.get(label="1")

    def move() -> object:
        return move_container(
            container_id=world.box.pk,
            to_position_id=target.pk,
            attribution=world.says(world.witness),
            at=NOON + timedelta(seconds=1),
        )

    return Contest(
        standing(world, place_vials, vial, world.place("A1")),
        move,
        lambda: torn(vial) or not stands_where_the_ledger_says(vial),
    )


def stands_where_the_ledger_says(vial: Vial) -> bool:
    """Say whether the last entry and the open stay name the place as it is now."""
    position = Position.objects.get(vials=vial)
    now = spots([position])[position.pk].place
    last = CustodyEvent.objects.filter(vial=vial).order_by("-seq")[0]
    return (
        [stay.place for stay in Stay.objects.open().filter(vial=vial)] == [now] == [last.to_place]
    )


def a_box_that_is_retired_meanwhile(world: World) -> Contest:
    """One person places a vial in an empty box that another takes out of use."""
    vial = world.received()[0]
    return Contest(
        standing(world, place_vials, vial, world.place("A1")),
        lambda: retire_container(
            container_id=world.box.pk, intent=world.signs(world.admin), at=NOON
        ),
        lambda: Container.objects.filter(
            retired_at__isnull=False, positions__vials__isnull=False
        ).exists(),
    )


RACES = {
    "two moves of one vial": Race(prepare=two_moves, meet_in=STANDING, both_win=True),
    "one vial placed twice": Race(
        prepare=one_vial_placed_twice,
        meet_in=STANDING,
        loser=frozenset({"VIAL_ALREADY_STORED"}),
        dropped={"custody_stay": "custody_one_stay_at_a_time"},
    ),
    "one vial put back twice": Race(
        prepare=one_vial_put_back_twice,
        meet_in=STANDING,
        loser=frozenset({"WRONG_CUSTODY"}),
        dropped={"custody_stay": "custody_one_stay_at_a_time"},
    ),
    "one vial found twice": Race(
        prepare=one_vial_found_twice,
        meet_in=STANDING,
        loser=frozenset({"NOT_MISSING", "WRONG_CUSTODY"}),
        dropped={"custody_stay": "custody_one_stay_at_a_time"},
    ),
    "two vials in one place": Race(
        prepare=two_vials_in_one_place,
        meet_in=STANDING,
        loser=frozenset({"POSITION_OCCUPIED"}),
        dropped={"inventory_vial": "inventory_one_vial_per_position"},
    ),
    "a vial placed while its box moves": Race(
        prepare=a_box_that_moves_meanwhile,
        meet_in=(STANDING, "custody.crossings._rewrite"),
        both_win=True,
    ),
    "a vial placed while its box is retired": Race(
        prepare=a_box_that_is_retired_meanwhile,
        meet_in=(STANDING, "inventory.actions.retire_container._refusals"),
        loser=frozenset({"NOT_EMPTY", "CONTAINER_RETIRED"}),
    ),
}
