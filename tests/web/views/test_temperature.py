"""Temperature on screen: the wall board, and the curve of one unit."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from temperature.actions.remove_probe import remove_probe
from temperature.actions.take_readings import take_readings
from temperature.arrivals import Arrival
from temperature.models import Excursion, Gap, IntakeKind, Probe, Quantity, Zone
from temperature.watching import judge_readings
from tests.factories.people import PersonFactory
from tests.factories.temperature import (
    FittingFactory,
    LimitVersionFactory,
    ProbeFactory,
    arrived,
    fitted_probe,
    readings,
)
from tests.world import NOON, World

pytestmark = pytest.mark.django_db(transaction=True)

NumQueries = Callable[[int], AbstractContextManager[object]]
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


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


@pytest.mark.urs("URS-105")
def test_the_board_says_what_is_beyond_a_limit_while_its_delay_runs(
    world: World, probe: Probe, client: Client
) -> None:
    heard(probe, -190.0, -148.0)
    client.force_login(world.technician)

    page = client.get("/temperature/").text

    assert "Beyond a limit" in page
    assert "above −150.0\u202f°C (action), counts after 5 min" in page
    assert "In limits" not in page


@pytest.mark.urs("URS-108", "URS-112")
def test_the_board_says_that_the_thermometer_was_taken_out(
    world: World, probe: Probe, client: Client
) -> None:
    heard(probe, -190.0)
    remove_probe(
        probe_id=probe.pk,
        ended_at=timezone.now(),
        intent=world.signs(world.admin),
        at=timezone.now(),
    )
    client.force_login(world.technician)

    for address in ("/temperature/", f"/temperature/units/{world.tank.pk}/"):
        page = client.get(address).text
        assert f"{probe.code} was taken out and nothing measures how cold it is, since" in page
        assert "Never heard" not in page


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

    assert "board-tile-red" in page
    assert "Critical" in page
    assert "above −135.0\u202f°C, worst −120.0\u202f°C" in page


def test_htmx_gets_only_the_board(world: World, probe: Probe, client: Client) -> None:
    heard(probe, -190.0)
    client.force_login(world.technician)

    fragment = client.get("/temperature/", headers={"HX-Request": "true"}).text

    assert "<html" not in fragment
    assert fragment.count('class="board-tile ') == 1


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

    with django_assert_num_queries(28):  # ten of them: whether anybody would hear of an alarm
        client.get("/temperature/")


@pytest.mark.urs("URS-104", "URS-105")
@pytest.mark.parametrize("chosen", ["", "6h", "1y", "never"])
def test_the_page_of_a_unit_says_what_its_curve_shows(
    world: World, probe: Probe, client: Client, chosen: str
) -> None:
    heard(probe, -190.0, -120.0)
    client.force_login(world.technician)

    page = client.get(f"/temperature/units/{world.tank.pk}/", {"range": chosen}).text

    assert probe.code in page
    assert "above −135.0\u202f°C" in page
    assert "goes on" in page
    assert "data-curve " in page


@pytest.mark.urs("URS-105")
def test_an_address_leads_to_an_excursion_and_to_a_gap(
    world: World, probe: Probe, client: Client
) -> None:
    heard(probe, -190.0, -120.0)
    client.force_login(world.technician)
    found = [("excursion", Excursion.objects.latest("pk")), ("gap", Gap.objects.latest("pk"))]

    for kind, row in found:
        answer = client.get(f"/temperature/{kind}s/{row.pk}/")

        assert answer.headers["Location"].endswith(f"#{kind}-{row.pk}")
        assert f'id="{kind}-{row.pk}"' in client.get(answer.headers["Location"]).text


@pytest.mark.urs("URS-112")
def test_gives_the_curve_to_the_script(
    world: World, probe: Probe, client: Client, django_assert_num_queries: NumQueries
) -> None:
    heard(probe, -190.0, -120.0)
    client.force_login(world.technician)
    now = timezone.now()
    asked = {"from": (now - 60 * MINUTE).isoformat(), "to": now.isoformat()}
    address = f"/temperature/units/{world.tank.pk}/readings.json"
    client.get(address, asked)

    with django_assert_num_queries(11):
        curve = client.get(address, asked).json()

    assert curve["series"][0]["values"] == [-190.0, -120.0]
    assert {limit["limit"] for limit in curve["limits"]} == {-150.0, -135.0}
    assert [shade["label"] for shade in curve["excursions"]] == ["Critical"]
    standing = [alarm for alarm in curve["alarms"] if alarm["to"] is None]
    assert [alarm["label"] for alarm in standing] == ["Critical: beyond a limit"]
    assert curve["openings"] == []


@pytest.mark.urs("URS-105", "URS-112")
def test_shows_beside_the_curve_what_was_taken_out(
    world: World, probe: Probe, client: Client
) -> None:
    world.checked_out(world.released(2))
    client.force_login(world.technician)
    unit = f"/temperature/units/{world.tank.pk}/"
    asked = {"from": (NOON - MINUTE).isoformat(), "to": (NOON + MINUTE).isoformat()}

    [rack] = client.get(f"{unit}readings.json", asked).json()["openings"]

    assert rack["label"] == world.rack.name
    assert rack["from"] <= NOON.timestamp() <= rack["to"]
    page = client.get(unit, asked).text
    assert f">{world.rack.name}</td>" in page
    assert world.technician.full_name in page


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"from": "2026-01-01", "to": "2026-01-02"},
        {"from": "2026-13-01T00:00:00Z", "to": "2026-01-02T00:00:00Z"},
        {"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"},
        {"from": "1900-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"},
    ],
)
def test_refuses_a_time_that_is_none(world: World, client: Client, asked: dict[str, str]) -> None:
    client.force_login(world.technician)

    answer = client.get(f"/temperature/units/{world.tank.pk}/readings.json", asked)

    assert answer.status_code == 422
    assert "ISO times" in answer.json()["problem"]


def test_a_box_has_no_curve_but_leads_to_that_of_its_unit(world: World, client: Client) -> None:
    vial = world.stored()[0]
    client.force_login(world.technician)
    curve = f'href="/temperature/units/{world.tank.pk}/"'

    assert client.get(f"/temperature/units/{world.box.pk}/").status_code == 404
    assert curve in client.get(f"/storage/{world.box.pk}/").text
    assert curve in client.get(f"/vials/{vial.pk}/").text


@pytest.mark.urs("URS-104")
def test_says_how_long_the_nitrogen_lasts_and_warns_when_that_is_short(
    world: World, client: Client
) -> None:
    gauge = ProbeFactory.create(
        feed__site=world.site, quantity=Quantity.LEVEL, expected_every=HOUR, channel="GAUGE"
    )
    FittingFactory.create(probe=gauge, unit=world.tank, zone=Zone.LEVEL)
    LimitVersionFactory.create(
        profile__unit=world.tank,
        profile__quantity=Quantity.LEVEL,
        bands=[{"level": "critical", "side": "below", "limit": 20.0, "delay_seconds": 0}],
        least_hours=48,
    )
    at = timezone.now()
    levels = [30.0 - 0.25 * step for step in range(-39, 1)]
    samples = readings(levels, start=at - 39 * HOUR, channel="GAUGE", every=HOUR)
    arrival = Arrival(kind=IntakeKind.PUSHED, body=b"levels", samples=samples)
    take_readings(feed_id=gauge.feed_id, arrival=arrival, at=at)
    judge_readings(at=at)
    client.force_login(world.technician)

    board = client.get("/temperature/").text
    page = client.get(f"/temperature/units/{world.tank.pk}/").text

    assert "Nitrogen runs low" in board
    for shown in (board, page):
        assert "About 40 h until 20 %; must be 48 h" in shown
    assert "6.0 % a day, the median fall of the level over 12 hours" in page
    assert "none of this site and storage class" in page
