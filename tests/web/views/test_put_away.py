"""Putting away by scanning: what each scan does, and what stops it."""

from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from audit.models import RefusedAttempt
from inventory.actions.block_position import block_position
from inventory.models import Container
from tests.world import World, fresh

URL = "/put-away/"


@pytest.fixture
def bench(world: World, client: Client) -> Client:
    """Sign the technician in."""
    client.force_login(world.technician)
    return client


def scan(bench: Client, code: str, entry: str = "scanned", **headers: str) -> Any:
    return bench.post(URL, {"code": code, "entry": entry}, headers=headers)


def test_opens(bench: Client, world: World) -> None:
    answer = bench.get(URL)
    assert answer.status_code == 200


def test_places(bench: Client, world: World) -> None:
    first, second = world.received(2)
    assert "Scan the box" in scan(bench, first.code).content.decode()
    page = scan(bench, world.box.code)
    assert page.status_code == 200, page.content.decode()
    assert "Stored in A1" in page.content.decode()
    scan(bench, second.code)
    page = scan(bench, world.box.code)
    assert "Stored in A2" in page.content.decode()
    assert "Everything that was in your hands is stored." in page.content.decode()


@pytest.mark.urs("URS-29")
def test_stops_at_a_vial_that_has_not_arrived_and_keeps_the_attempt(
    bench: Client, world: World
) -> None:
    before = RefusedAttempt.objects.count()

    answer = scan(bench, world.expected()[0].code)

    assert answer.status_code == 409
    assert "data-refusal" in answer.content.decode()
    assert RefusedAttempt.objects.count() == before + 1


@pytest.mark.urs("URS-89")
def test_stops_at_another_patients_vial(bench: Client, world: World) -> None:
    mine, other = world.received()[0], world.received()[0]
    scan(bench, mine.code)
    scan(bench, world.box.code)

    answer = scan(bench, other.code)

    assert answer.status_code == 409
    assert fresh([other])[0].position_id is None


def test_stops_at_a_rack(bench: Client, world: World) -> None:
    scan(bench, world.received()[0].code)

    answer = scan(bench, world.rack.code)

    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'data-refusal="NOT_A_BOX"' in page
    assert "the box" in strip_tags(page).partition("Expected")[2].partition("Scanned")[0]


@pytest.mark.urs("URS-29")
def test_shows_the_box_that_is_being_filled_beside_what_was_scanned(
    bench: Client, world: World
) -> None:
    scan(bench, world.box.code)

    answer = scan(bench, world.rack.code)

    expected, scanned = (
        strip_tags(answer.content.decode()).partition("Expected")[2].split("Scanned", maxsplit=1)
    )
    assert world.box.code in expected
    assert world.rack.code in scanned


def test_a_double_submit_places_once(bench: Client, world: World) -> None:
    vial = world.received()[0]
    scan(bench, vial.code)
    scan(bench, world.box.code)

    scan(bench, world.box.code)

    assert fresh([vial])[0].position_id == world.place("A1").pk


def test_puts_back_what_was_checked_out(bench: Client, world: World) -> None:
    vial = world.checked_out(world.released())[0]
    scan(bench, vial.code)

    page = scan(bench, world.box.code).content.decode()

    assert "Stored in A1" in page, page


def test_keeps_the_box_that_was_chosen_when_another_is_refused(bench: Client, world: World) -> None:
    first, second = world.received(2)
    full = world.other_box
    scan(bench, first.code)
    scan(bench, world.box.code)
    block_all(world, full)
    scan(bench, second.code)

    stopped = scan(bench, full.code)

    assert stopped.status_code == 409
    assert bench.session["put_away"]["box_id"] == world.box.pk
    assert "Stored in A2" in scan(bench, world.box.code).content.decode()


def block_all(world: World, box: Container) -> None:
    """Take every place of a box out of service."""
    for position in box.positions.all():
        block_position(position_id=position.pk, intent=world.signs(world.supervisor))
