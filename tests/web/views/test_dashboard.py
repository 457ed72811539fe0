"""The dashboard shows each role what needs it, and nobody what is not theirs to see."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from tests.factories.people import PersonFactory
from tests.world import World

NumQueries = Callable[[int], AbstractContextManager[object]]


def test_shows_a_technician_what_is_in_hand(world: World, client: Client) -> None:
    out = world.checked_out(world.stored())[0]
    arrived = world.received(2, world.batch())
    client.force_login(world.technician)

    page = client.get("/").text

    assert f"/vials/{out.pk}/put-back/" in page
    assert arrived[0].batch.number in page
    assert "79 free of" not in page


def test_shows_quality_what_waits(world: World, client: Client) -> None:
    world.stored(3, world.batch())
    client.force_login(world.qa)

    page = client.get("/").text

    assert "<b>3</b><span>In quarantine</span>" in page
    assert "Wrong scans that were stopped" in page


def test_shows_a_near_miss_to_quality(world: World, client: Client) -> None:
    vial, other = world.stored(2, world.batch())
    client.force_login(world.technician)
    client.post(f"/vials/{vial.pk}/check-out/", {"scanned": other.code})
    client.force_login(world.qa)

    assert f"You scanned {other.code}" in client.get("/").text


def test_shows_the_free_places_of_each_unit(world: World, client: Client) -> None:
    world.stored(2, world.batch())
    client.force_login(world.inspector)

    page = client.get("/").text

    assert "<b>160</b> free of 162" in page


def test_counts_what_is_out_and_waits_beyond_what_it_lists(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.dashboard_pages.MOST_LISTED", 2)
    out = world.checked_out(world.stored(5))
    world.received(3, world.batch())
    client.force_login(world.technician)

    page, everything = client.get("/").text, client.get("/?all=1").text

    assert "<b>5</b><span>Out of storage</span>" in page
    assert "<b>3</b><span>Received, not stored</span>" in page
    assert [f"/vials/{vial.pk}/put-back/" in page for vial in out].count(True) == 2
    assert "Show all that is out" in page
    assert all(f"/vials/{vial.pk}/put-back/" in everything for vial in out)
    assert "Show all that is out" not in everything


@pytest.mark.urs("URS-117")
def test_shows_strangers_nothing(world: World, client: Client) -> None:
    vial = world.checked_out(world.stored())[0]
    world.received(2, world.batch())
    client.force_login(PersonFactory.create())

    page = client.get("/").text

    assert vial.code not in page
    assert "LN2-01" not in page
    assert "<b>0</b><span>Out of storage</span>" in page


# one of quality's: which reviews of temperature are overdue, of every unit at once; one of all:
# which vials are out by their scan at a pick
@pytest.mark.parametrize(("who", "most"), [("technician", 27), ("qa", 35)])
def test_costs_a_fixed_number_of_queries(
    who: str, most: int, world: World, client: Client, django_assert_max_num_queries: NumQueries
) -> None:
    world.checked_out(world.stored(3, world.batch()))
    world.received(2, world.batch())
    client.force_login(getattr(world, who))
    client.get("/sites/")

    with django_assert_max_num_queries(most):
        client.get("/")
