"""Temperature on screen: the wall board, and the curve of one unit."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from temperature.actions.judge_readings import judge_readings
from temperature.models import Probe
from tests.factories.people import PersonFactory
from tests.factories.temperature import LimitVersionFactory, arrived, fitted_probe
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

NumQueries = Callable[[int], AbstractContextManager[object]]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def probe(world: World) -> Probe:
    """Return the thermometer of the tank, under limits."""
    LimitVersionFactory.create(profile__unit=world.tank)
    return fitted_probe(world.tank)


def heard(probe: Probe, *values: float, ago: int = 0) -> None:
    """Let values come, one a minute, the last of them so many minutes ago; and judge them."""
    at = timezone.now()
    start = at - (ago + len(values) - 1) * MINUTE
    arrived(probe, values, start=start, at=at)
    judge_readings(at=at)


@pytest.mark.urs("URS-104")
def test_the_board_says_that_a_unit_is_in_its_limits(
    world: World, probe: Probe, client: Client
) -> None:
    heard(probe, -190.0)
    client.force_login(world.technician)

    page = client.get("/temperature/").text

    assert "−190.0\u202f°C" in page
    assert "In limits" in page
    assert "<s>" not in page


@pytest.mark.urs("URS-108")
def test_the_board_strikes_out_what_is_too_old(world: World, probe: Probe, client: Client) -> None:
    heard(probe, -190.0, ago=20)
    client.force_login(world.technician)

    page = client.get("/temperature/").text

    assert "not known now" in page
    assert "<s>−190.0\u202f°C</s> silent since" in page
    assert "In limits" not in page


@pytest.mark.urs("URS-105")
def test_the_board_puts_the_worst_unit_first(world: World, probe: Probe, client: Client) -> None:
    heard(probe, -190.0, -120.0)
    client.force_login(world.technician)

    page = client.get("/temperature/").text

    assert "tile-red" in page
    assert "Critical" in page
    assert "above −135.0\u202f°C, worst −120.0\u202f°C" in page


def test_htmx_gets_only_the_board(world: World, probe: Probe, client: Client) -> None:
    heard(probe, -190.0)
    client.force_login(world.technician)

    fragment = client.get("/temperature/", headers={"HX-Request": "true"}).text

    assert "<html" not in fragment
    assert fragment.count('class="tile ') == 1


@pytest.mark.urs("URS-117")
def test_people_of_other_sites_find_no_unit(world: World, probe: Probe, client: Client) -> None:
    client.force_login(PersonFactory.create(programs=[world.program]))

    assert world.tank.name not in client.get("/temperature/").text


def test_the_board_asks_a_fixed_number_of_queries(
    world: World, probe: Probe, client: Client, django_assert_num_queries: NumQueries
) -> None:
    heard(probe, -190.0, -120.0)
    client.force_login(world.technician)
    client.get("/temperature/")

    with django_assert_num_queries(14):
        client.get("/temperature/")
