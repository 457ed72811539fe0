"""The places of a container as its map shows them, held against the querysets."""

from datetime import timedelta

import pytest

from accounts.models import Person
from custody.actions.place_hold import place_hold
from custody.models import Claim, HeldVial, HoldScope
from custody.queries.boxes import PlaceOnMap, PlaceState, places_of
from inventory.actions.block_position import block_position
from inventory.models import Container, Position, Program, Vial
from tests.custody.retrievals import claimed_retrieval
from tests.factories.people import PersonFactory
from tests.world import NOON, World


def shown(position: Position, person: Person) -> tuple[object, ...]:
    """Return what a map may say of a place, as the querysets tell it."""
    vial = Vial.objects.filter(position=position).select_related("therapy").first()
    inner = Container.objects.filter(position=position).first()
    inside = (None, "") if inner is None else (inner.pk, inner.name)
    if vial is None:
        return (None, "", "", *inside, False, False, position.condition_reason)
    if vial.program not in Program.objects.visible_to(person):
        return (None, "", "", *inside, False, True, position.condition_reason)
    coi = "" if vial.therapy is None else vial.therapy.coi
    is_claimed = Claim.objects.open().filter(vial=vial).exists()
    return (vial.pk, vial.code, coi, *inside, is_claimed, False, position.condition_reason)


def told(place: PlaceOnMap) -> tuple[object, ...]:
    """Return what the map says of a place."""
    return (
        place.vial_id,
        place.code,
        place.coi,
        place.container_id,
        place.name,
        place.is_claimed,
        place.is_masked,
        place.reason,
    )


@pytest.mark.urs("URS-117")
def test_shows_what_the_querysets_tell_and_no_more(world: World) -> None:
    claimed_retrieval(world)
    world.stored(1, batch=world.bank())
    world.checked_out(world.stored())
    stranger = PersonFactory.create(sites=[world.site])

    for container in (world.tank, world.rack, world.box):
        positions = list(container.positions.order_by("ordinal"))
        for person in (world.technician, stranger):
            places = places_of(container, seen_by=person, at=NOON)
            assert [place.position_id for place in places] == [row.pk for row in positions]
            assert [told(place) for place in places] == [shown(row, person) for row in positions]


def test_tells_the_state_of_every_place(world: World) -> None:
    held, expired, _ = world.released(3)
    out = world.checked_out(world.stored())[0]
    kept = Position.objects.get(reserved_for=out)
    place_hold(scope=HoldScope.VIALS, subject=held.code, intent=world.signs(world.qa), at=NOON)
    blocked = world.place("H8")
    block_position(position_id=blocked.pk, intent=world.signs(world.supervisor))

    places = places_of(world.box, seen_by=world.qa, at=NOON)
    now = {place.code or place.position_id: place.state for place in places}
    later = places_of(world.box, seen_by=world.qa, at=expired.expires_at + timedelta(days=1))

    assert HeldVial.objects.open().count() == 1
    assert now[held.code] == PlaceState.HELD
    assert now[expired.code] == PlaceState.OCCUPIED
    assert now[kept.pk] == PlaceState.RESERVED
    assert now[blocked.pk] == PlaceState.BLOCKED
    assert now[world.place("H9").pk] == PlaceState.FREE
    assert {place.state for place in later if place.code == expired.code} == {PlaceState.EXPIRED}
