"""Room for readings is made ahead; where it was not, that is shown, told and made good."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from audit.models import SystemEvent
from audit.system_events import record_waiting
from inventory.models import Site
from temperature import watching_room
from temperature.feed_states import begin_state
from temperature.models import FeedKind, LeftUndone, Work, WorkKind
from temperature.months import months_ahead
from temperature.queries.telling import faults_of_telling
from temperature.tasks import make_room, watch_now
from temperature.watchdog import STILL_AFTER, WATCHED, Watchdog
from temperature.watching_room import room_missing, watch_room
from temperature.work_marks import mark_done
from tests.factories.temperature import FeedFactory, arrived, fitted_probe
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-46", "URS-108")]

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _spool(settings: Any, tmp_path: Path) -> None:
    settings.SYSTEM_EVENT_SPOOL = str(tmp_path)


@pytest.fixture
def began(world: World) -> World:
    """Let readings have come, and room have been made for them."""
    make_room()
    now = timezone.now()
    arrived(fitted_probe(world.tank), [-190.0], start=now, at=now)
    return world


def feeds(client: Client) -> dict[str, Any]:
    """Return what machines outside are told."""
    told: dict[str, Any] = client.get("/readyz").json()["feeds"]
    return told


def forget(months: int) -> None:
    """Take away the rooms of the last months that were made ahead, as if nobody had made them."""
    with connection.cursor() as cursor:
        for month in months_ahead(timezone.now())[-months:]:
            cursor.execute(f"DROP TABLE public.temperature_reading_{month:%Y_%m}")


def failed_jobs() -> list[str]:
    record_waiting()
    rows = SystemEvent.objects.filter(kind="fail_job").values_list("details", flat=True)
    return [details["job"] for details in rows]


def test_room_that_was_made_ahead_is_told_and_nothing_is_wrong(
    began: World, client: Client
) -> None:
    assert feeds(client)["months_missing"] == []
    assert watch_room(at=timezone.now()) == 0
    assert failed_jobs() == []


def test_room_that_nobody_made_is_shown_made_good_and_an_incident(
    began: World, client: Client
) -> None:
    forget(2)
    [missing] = room_missing(timezone.now())
    assert feeds(client)["months_missing"] == [f"{missing:%Y-%m}"]

    watch_now()

    assert feeds(client)["months_missing"] == []
    assert failed_jobs() == ["temperature.make_room"]


def test_room_that_cannot_be_made_calls_who_is_on_call_and_stays_on_the_screen(
    began: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(_: object) -> None:
        raise PermissionError

    forget(2)
    monkeypatch.setattr(watching_room, "make_months", cannot)
    now = timezone.now()
    later = now + STILL_AFTER + MINUTE
    for kind in WATCHED:
        mark_done(kind, at=later)

    assert Watchdog(began_at=now).look(at=later)
    watch_room(at=later + MINUTE)

    record_waiting()
    event = SystemEvent.objects.get(kind="take_over_alarms")
    assert "there is no room for readings of" in event.details["left"][0]
    assert LeftUndone.objects.get().work == Work.ROOM
    faults = faults_of_telling(Site.objects.all(), at=later + 5 * MINUTE)
    assert any(fault.title.startswith("Making room for readings of") for fault in faults)


def test_a_source_that_nobody_asks_is_told(world: World, client: Client) -> None:
    now = timezone.now()
    feed = FeedFactory.create(kind=FeedKind.HTTP_JSON, name="Gateway 7")
    begin_state(feed, at=now - 5 * MINUTE)
    mark_done(WorkKind.POLLING, at=now - 4 * MINUTE)

    told = feeds(client)

    assert (told["sources"], told["failing"], told["not_asked"]) == (1, 0, 1)
    assert told["asked_seconds"] >= 240
    [fault] = [
        fault
        for fault in faults_of_telling(Site.objects.all(), at=now)
        if "nobody asked them" in fault.title
    ]
    assert "Gateway 7" in fault.words
