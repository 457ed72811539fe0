"""Alarms on screen: said on every page, acknowledged, silenced for a time, and read in the log."""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.changes import machine_change
from temperature.actions.pause_alarms import pause_alarms
from temperature.models import Alarm, AlarmPause, Level
from temperature.watching import judge_readings, watch_for_silence, watch_units
from tests.browsing import Browser
from tests.factories.people import PASSWORD, PersonFactory
from tests.factories.temperature import arrived, fitted_probe, silent_alarm
from tests.web.views.test_readiness import screen_of
from tests.world import World
from web.alarm_warning import Memory

pytestmark = pytest.mark.django_db(transaction=True)

NumQueries = Callable[[int], AbstractContextManager[object]]
CALLS = "nobody has acknowledged it"
SILENT = "silenced until"


@pytest.fixture
def alarm(world: World, known_alarms: Memory) -> Alarm:
    """Return an alarm that calls, which no page remembers yet."""
    known_alarms.until = 0.0
    return silent_alarm(world.tank, at=timezone.now() - timedelta(hours=1))


@pytest.mark.urs("URS-107", "URS-108")
def test_is_said_on_every_page_until_somebody_acknowledges_it(
    world: World, alarm: Alarm, client: Browser
) -> None:
    floor = screen_of(world.technician.user_id)
    page = floor.get("/").text
    assert f"{world.tank.name}, no measurement" in page
    assert CALLS in page
    client.force_login(PersonFactory.create(roles=["technician"]))
    assert CALLS not in client.get("/").text
    assert client.get(f"/temperature/alarms/{alarm.pk}/").status_code == 404
    wrong = floor.post(f"/temperature/alarms/{alarm.pk}/acknowledge/", {"shown": "action"})
    assert wrong.status_code == 422
    assert "never waved away" in wrong.text

    said = {"shown": "action", "comment": "I plug the gateway in"}
    done = floor.post(f"/temperature/alarms/{alarm.pk}/acknowledge/", said)

    assert done.status_code == 302
    assert CALLS not in floor.get("/").text
    page = floor.get(f"/temperature/alarms/{alarm.pk}/").text
    assert "I plug the gateway in" in page
    assert "Its cause goes on" in page
    again = floor.post(f"/temperature/alarms/{alarm.pk}/acknowledge/", said)
    assert again.status_code == 409
    assert "Somebody acknowledged it" in again.text


@pytest.mark.urs("URS-46", "URS-109")
def test_a_silence_is_signed_said_on_every_page_and_ended(world: World, alarm: Alarm) -> None:
    quality, floor = screen_of(world.qa.user_id), screen_of(world.technician.user_id)
    signed = {"user_id": world.qa.user_id, "password": PASSWORD, "reason": "Filling the tank"}
    address = f"/temperature/units/{world.tank.pk}/pause/"
    assert floor.get(address).status_code == 403
    assert quality.post(address, {**signed, "minutes": 300}).status_code == 422

    assert quality.post(address, {**signed, "minutes": 60}).status_code == 302

    pause = AlarmPause.objects.get()
    for page in ("/", "/temperature/", f"/storage/{world.tank.pk}/"):
        text = floor.get(page).text
        assert SILENT in text
        assert "Filling the tank" in text
        assert CALLS not in text
    end = f'href="/temperature/pauses/{pause.pk}/end/"'
    assert end in floor.get(f"/temperature/units/{world.tank.pk}/").text
    found = quality.get("/audit/", {"action": "suppress_alarm"}).text
    assert "Filling the tank" in found

    floor.post(f"/temperature/pauses/{pause.pk}/end/", {"reason": "It is full"})

    text = floor.get("/").text
    assert SILENT not in text
    assert CALLS in text
    told = floor.get(f"/temperature/alarms/{alarm.pk}/").text
    assert (
        told.index("silenced until") < told.index("Calls again") < told.index("The silence ended")
    )


@pytest.mark.urs("URS-107", "URS-109")
def test_what_calls_comes_before_what_is_silenced_and_graver(
    world: World, alarm: Alarm, client: Browser
) -> None:
    at = timezone.now()
    critical = silent_alarm(world.tank, at=at - timedelta(minutes=30))
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        critical.level = Level.CRITICAL
        critical.save(update_fields=["level"])
    pause_alarms(
        unit_id=world.tank.pk,
        alarm_id=critical.pk,
        lasts=timedelta(hours=1),
        intent=world.signs(world.qa),
        at=at,
    )
    client.force_login(world.technician)

    page = client.get("/temperature/alarms/").text
    waiting, _ = page.split("Log of all alarms", 1)

    calling, silenced = (f"/temperature/alarms/{row.pk}/" for row in (alarm, critical))
    table = waiting.split("Open, or not acknowledged", 1)[1]
    assert 0 < table.index(calling) < table.index(silenced)
    assert f"by {world.qa.full_name}" in table[table.index(silenced) :]


@pytest.mark.urs("URS-108")
def test_the_alarms_of_a_silent_probe_and_of_its_unit_lead_to_each_other(
    world: World, client: Browser
) -> None:
    at = timezone.now()
    probe = fitted_probe(world.tank)
    arrived(probe, [-190.0], start=at - timedelta(hours=2), at=at - timedelta(hours=2))
    judge_readings(at=at - timedelta(hours=2))
    watch_for_silence(at=at)
    watch_units(at=at)
    of_probe = Alarm.objects.open().get(cause="gap")
    of_unit = Alarm.objects.get(cause="blind")
    client.force_login(world.technician)

    page = client.get(f"/temperature/alarms/{of_probe.pk}/").text
    assert "a graver alarm of its own" in page
    assert f'href="/temperature/alarms/{of_unit.pk}/">alarm {of_unit.pk}, critical' in page
    page = client.get(f"/temperature/alarms/{of_unit.pk}/").text
    assert f'href="/temperature/alarms/{of_probe.pk}/">alarm {of_probe.pk} ({probe.code})' in page


@pytest.mark.urs("URS-107")
def test_the_log_is_filtered_and_copied(world: World, alarm: Alarm) -> None:
    reader = screen_of(world.inspector.user_id)
    row = f'href="/temperature/alarms/{alarm.pk}/">'

    assert reader.get("/temperature/alarms/").text.count(row) == 3  # banner, what waits, log
    over = f"?unit={world.tank.pk}&level=action&state=over&since=2026-01-01"
    assert reader.get(f"/temperature/alarms/{over}").text.count(row) == 2
    copy = reader.get("/temperature/alarms/", {"format": "csv", "state": "open"}).text
    assert copy.splitlines()[1].startswith(f"{alarm.pk},{world.tank.name},")


def test_the_frame_asks_nobody_while_it_remembers(
    world: World,
    alarm: Alarm,
    client: Browser,
    known_alarms: Memory,
    django_assert_num_queries: NumQueries,
) -> None:
    client.force_login(world.technician)
    client.get("/temperature/alarms/")
    known_alarms.until = math.inf

    with django_assert_num_queries(10):  # who was told, and what was raised with it, among them
        client.get(f"/temperature/alarms/{alarm.pk}/")
