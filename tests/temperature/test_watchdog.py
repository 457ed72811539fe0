"""The watchdog does what workers leave undone, and says so, by the database alone."""

import subprocess
import sys
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from audit.models import SystemEvent
from temperature.feed_states import begin_state
from temperature.models import (
    Alarm,
    AlarmCause,
    Excursion,
    FeedKind,
    Level,
    Notification,
    WorkKind,
    WorkMark,
)
from temperature.months import make_months, months_ahead
from temperature.watchdog import STILL_AFTER, WATCHED, Watchdog
from temperature.work_marks import mark_done
from tests.beside import environment
from tests.factories.telling import (
    ChannelFactory,
    ChannelOutageFactory,
    ContactFactory,
    OnCallFactory,
    calling,
)
from tests.factories.temperature import (
    CalibrationFactory,
    FeedFactory,
    FittingFactory,
    LimitVersionFactory,
    ProbeFactory,
    arrived,
    fitted_probe,
)
from tests.temperature.channels.servers import mail_server
from tests.temperature.feeds.servers import answering, sends
from tests.world import World

pytestmark = [
    pytest.mark.django_db(transaction=True),  # who asks the sources has a connection of their own
    pytest.mark.urs("URS-46", "URS-110"),
]

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _spool(settings: Any, tmp_path: Path) -> None:
    settings.SYSTEM_EVENT_SPOOL = str(tmp_path)


@pytest.fixture
def now(world: World) -> datetime:
    """Put the supervisor on call, where there is room for readings, and return the time."""
    make_months(months_ahead(timezone.now()))
    ChannelFactory.create()
    ContactFactory.create(person=world.supervisor, address="on@example.org")
    OnCallFactory.create(site=world.site, person=world.supervisor)
    return timezone.now()


def works(at: datetime) -> None:
    """Let the workers have worked."""
    for kind in WATCHED:
        mark_done(kind, at=at)


def kinds() -> list[str]:
    return list(SystemEvent.objects.order_by("pk").values_list("kind", flat=True))


def test_leaves_workers_alone_that_work(world: World, now: datetime) -> None:
    works(now)
    calling(fitted_probe(world.tank), world.tank, at=now)

    assert not Watchdog(began_at=now).look(at=now + 30 * SECOND)

    assert mail.outbox == []
    assert WorkMark.objects.get(kind=WorkKind.WATCHING).done_at == now + 30 * SECOND
    assert kinds() == []


def test_judges_raises_and_tells_when_workers_stand_still(
    world: World, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    works(now - STILL_AFTER)
    probe = fitted_probe(world.tank)
    silent_since = now - timedelta(hours=1)
    arrived(probe, [-190.0], start=silent_since, at=silent_since)
    watchdog = Watchdog(began_at=now)

    assert watchdog.look(at=now + SECOND)

    told = {alarm.cause: alarm for alarm in Alarm.objects.open()}
    assert set(told) == {AlarmCause.GAP, AlarmCause.BLIND, AlarmCause.UNDRILLED}
    alarm = told["gap"]
    assert Notification.objects.get(telling__alarm=alarm).person == world.supervisor
    assert {message.to[0] for message in mail.outbox} == {"on@example.org"}
    assert "workers stand still" in mail.outbox[0].subject
    assert "stands still since" in capsys.readouterr().err
    assert kinds() == ["take_over_alarms"]
    event = SystemEvent.objects.get()
    assert event.details["told"][world.supervisor.user_id].endswith(": taken")

    watchdog.look(at=now + 2 * SECOND)
    assert kinds() == ["take_over_alarms"], "said once"
    works(now + 3 * SECOND)
    assert not watchdog.look(at=now + 4 * SECOND)
    assert kinds() == ["take_over_alarms", "hand_back_alarms"]


def test_workers_that_never_worked_stand_still_after_a_minute(now: datetime) -> None:
    watchdog = Watchdog(began_at=now)

    assert not watchdog.look(at=now + STILL_AFTER)
    assert watchdog.look(at=now + STILL_AFTER + SECOND)


def test_tells_of_what_working_workers_do_not_tell(world: World, now: datetime) -> None:
    alarm = calling(fitted_probe(world.tank), world.tank, at=now)
    later = now + STILL_AFTER + SECOND
    works(later)

    assert Watchdog(began_at=now).look(at=later)

    assert "1 alarms were due" in mail.outbox[0].body
    assert Notification.objects.get(telling__alarm=alarm).status == "sent"


def test_calls_whom_it_last_saw_on_call_when_the_database_is_lost(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    works(now)
    watchdog = Watchdog(began_at=now)
    watchdog.look(at=now)

    def lost(*_: object, **__: object) -> None:
        raise OperationalError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(Watchdog, "left_undone", lost)
        for seconds in (10, 60, 71, 200):
            assert watchdog.look(at=now + seconds * SECOND)
    works(now + 200 * SECOND)
    watchdog.look(at=now + 201 * SECOND)

    [message] = mail.outbox
    assert message.to == ["on@example.org"]
    assert "Look at the units themselves" in message.body
    assert kinds() == ["miss_database"]
    assert watchdog.database_lost_at is None


def test_machines_outside_can_watch_the_watchdog(now: datetime, client: Client) -> None:
    ChannelOutageFactory.create()
    mark_done(WorkKind.WATCHING, at=now - 90 * SECOND)

    told = client.get("/readyz").json()["alarms"]

    assert (told["channels"], told["failing"], told["told_seconds"]) == (2, 1, None)
    assert told["watched_seconds"] >= 90


def test_looks_once_by_hand(now: datetime) -> None:
    call_command("watch_alarms", "--once", stdout=StringIO())

    assert WorkMark.objects.get().kind == WorkKind.WATCHING


@pytest.mark.urs("URS-107", "URS-108")
def test_a_warm_reading_becomes_a_message_without_queue_worker_or_scheduler(
    world: World, tmp_path: Path
) -> None:
    LimitVersionFactory.create(profile__unit=world.tank)
    ContactFactory.create(person=world.supervisor, address="on@example.org")
    OnCallFactory.create(site=world.site, person=world.supervisor)
    works(timezone.now() - 2 * STILL_AFTER)
    warm = f'[{{"channel": "TP", "at": "{timezone.now():%Y-%m-%dT%H:%M:%SZ}", "value": -20.5}}]'

    with answering(sends(warm)) as url, mail_server() as mails:
        ChannelFactory.create(settings={"host": "127.0.0.1", "port": mails.port})
        asked_at(url, world)
        subprocess.run(
            [sys.executable, "manage.py", "watch_alarms", "--once"],
            env=environment(spool=tmp_path),
            timeout=120,
            check=True,
        )

    alarm = Alarm.objects.get(cause=AlarmCause.EXCURSION)
    assert alarm.level == Level.CRITICAL
    assert Excursion.objects.get(alarms=alarm).peak == -20.5
    told = [mail for mail in mails.mails if f"alarm-{alarm.pk}-" in mail]
    assert len(told) == 1
    assert WorkMark.objects.get(kind=WorkKind.POLLING).done_at > timezone.now() - STILL_AFTER


def asked_at(url: str, world: World) -> None:
    """Register a source that is asked at an address, with a probe of the tank."""
    feed = FeedFactory.create(
        site=world.site,
        kind=FeedKind.HTTP_JSON,
        settings={"url": url, "authorisation": "none"},
    )
    probe = ProbeFactory.create(feed=feed, channel="TP")
    FittingFactory.create(probe=probe, unit=world.tank)
    CalibrationFactory.create(probe=probe)
    begin_state(feed, at=timezone.now())
