"""Storage on screen: who sees what, and what is signed for at containers and places."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Person
from inventory.models import PositionCondition
from tests.browsing import Browser
from tests.factories.people import PASSWORD, PersonFactory
from tests.world import World


def desk_of(person: Person) -> Client:
    """Sign somebody in."""
    client = Browser()
    client.force_login(person)
    return client


def signed(person: Person, **fields: object) -> dict[str, object]:
    """Fill in what one person enters to sign."""
    return {"user_id": person.user_id, "password": PASSWORD, "reason": "Ice in it", **fields}


@pytest.mark.parametrize("role", ["technician", "qa", "admin", "inspector"])
def test_every_page_opens(world: World, role: str) -> None:
    world.stored(2)
    desk = desk_of(getattr(world, role))
    pages = ["/storage/"]
    for container in (world.tank, world.rack, world.box):
        pages += [f"/storage/{container.pk}/{tail}" for tail in ("", "moves/", "past/")]

    found = {page: desk.get(page).status_code for page in pages}

    assert set(found.values()) == {200}, found


@pytest.mark.parametrize(("role", "offered"), [("technician", True), ("qa", False)])
def test_offers_the_put_away_to_those_who_may(world: World, role: str, offered: bool) -> None:
    page = desk_of(getattr(world, role)).get("/storage/").text

    assert ('href="/put-away/"' in page) is offered


def test_shows_containers_and_vials_by_different_letters(world: World) -> None:
    world.stored(2)
    desk = desk_of(world.technician)

    rack = desk.get(f"/storage/{world.rack.pk}/").text
    box = desk.get(f"/storage/{world.box.pk}/").text

    assert 'spot-container" ' in rack
    assert "spot-occupied" not in rack
    assert "2 occupied" in box


@pytest.mark.urs("URS-117")
def test_people_of_other_sites_find_nothing(world: World) -> None:
    desk = desk_of(PersonFactory.create(programs=[world.program]))

    assert world.tank.name not in desk.get("/storage/").content.decode()
    assert desk.get(f"/storage/{world.box.pk}/").status_code == 404


@pytest.mark.urs("URS-117")
def test_masks_the_vials_of_other_programs(world: World) -> None:
    vial = world.stored()[0]
    desk = desk_of(PersonFactory.create(sites=[world.site]))

    page = desk.get(f"/storage/{world.box.pk}/").content.decode()

    assert vial.code not in page
    assert vial.code[-4:] not in page
    assert "another program" in page.lower()


def test_the_box_map_asks_eight_queries(world: World, django_assert_num_queries: Any) -> None:
    world.stored(5)
    desk = desk_of(world.technician)
    desk.get("/sites/")

    with django_assert_num_queries(8):
        desk.get(f"/storage/{world.box.pk}/")


def test_blocks_and_unblocks_a_place(world: World) -> None:
    place = world.place("C3")
    desk = desk_of(world.supervisor)

    answer = desk.post(
        f"/storage/{world.box.pk}/block/", signed(world.supervisor, position=place.pk)
    )

    assert answer.status_code == 302, answer.content.decode()
    place.refresh_from_db()
    assert place.condition == PositionCondition.BLOCKED
    answer = desk.post(
        f"/storage/{world.box.pk}/unblock/", signed(world.supervisor, position=place.pk)
    )
    assert answer.status_code == 302, answer.content.decode()
    place.refresh_from_db()
    assert place.condition == PositionCondition.IN_SERVICE


def test_asks_which_place(world: World) -> None:
    answer = desk_of(world.supervisor).post(
        f"/storage/{world.box.pk}/block/", signed(world.supervisor)
    )

    assert answer.status_code == 422
    assert "Choose the place." in answer.content.decode()


def test_retires_an_empty_box_only(world: World) -> None:
    world.stored()
    desk = desk_of(world.admin)

    full = desk.post(f"/storage/{world.box.pk}/retire/", signed(world.admin))
    empty = desk.post(f"/storage/{world.other_box.pk}/retire/", signed(world.admin))

    assert full.status_code == 409, full.content.decode()
    assert empty.status_code == 302, empty.content.decode()


def test_moves_a_box_by_scanning(world: World) -> None:
    desk, url = desk_of(world.technician), f"/storage/{world.box.pk}/move/"
    place = world.place("4", world.rack)

    wrong = desk.post(url, {"code": world.other_box.code, "entry": "scanned"})
    assert wrong.status_code == 409
    assert 'data-refusal="OTHER_CONTAINER"' in wrong.content.decode()
    for code in (world.box.code, world.rack.code, "4", world.rack.code):
        answer = desk.post(url, {"code": code, "entry": "scanned"})
        assert answer.status_code == 200, answer.content.decode()

    world.box.refresh_from_db()
    assert world.box.position_id == place.pk


def test_refuses_an_instant_that_has_not_happened(world: World) -> None:
    desk = desk_of(world.technician)

    answer = desk.get(f"/storage/{world.box.pk}/past/", {"at": "2199-01-01T00:00"})

    assert answer.status_code == 422
    assert "has not happened yet" in answer.content.decode()
