"""A provider takes every message and drops it: what still calls somebody."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from temperature.actions.acknowledge_alarm import acknowledge_alarm
from temperature.actions.start_drill import start_drill
from temperature.models import (
    Alarm,
    AlarmCause,
    ChannelKind,
    ChannelOutage,
    Level,
    Notification,
    NotificationStatus,
)
from temperature.telling import tell_what_is_due
from temperature.trying import try_channels
from temperature.watching_sources import watch_drills
from tests.factories.telling import ChannelFactory, ContactFactory, OnCallFactory, calling
from tests.factories.temperature import FittingFactory, ProbeFactory, fitted_probe
from tests.temperature.actions.test_channels import registered
from tests.temperature.channels.servers import receiver
from tests.web.views.test_configure import desk_of
from tests.world import World
from web.alarm_warning import Memory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-110")]

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def people(world: World) -> None:
    """Put the supervisor on call, reached by SMS first and by e-mail second, and QA by e-mail."""
    ChannelFactory.create(name="Mail", rank=2)
    OnCallFactory.create(site=world.site, person=world.supervisor)
    ContactFactory.create(person=world.supervisor, kind="sms", address="+49301234567")
    for person in (world.supervisor, world.qa):
        ContactFactory.create(person=person)


def test_what_is_taken_and_dropped_comes_by_the_next_channel_once_its_heartbeat_is_missed(
    world: World, known_alarms: Memory
) -> None:
    now = timezone.now()
    people(world)
    with receiver() as gateway, receiver() as heart:
        settings = {"url": gateway.url, "heartbeat_url": heart.url}
        sms = registered(
            world, name="SMS", kind=ChannelKind.SMS, settings=settings, try_every=HOUR, at=now
        )
        assert try_channels(at=now) == 0
        alarm = calling(fitted_probe(world.tank), world.tank, at=now, level=Level.CRITICAL)
        tell_what_is_due(at=now)
        dropped = Notification.objects.get()
        assert (dropped.channel, dropped.status) == (sms, NotificationStatus.SENT)
        assert mail.outbox == [], "the gateway took it: nobody knows yet that it dropped it"

        heart.status = 503
        assert try_channels(at=now + HOUR) == 1
        tell_what_is_due(at=now + HOUR)

    assert ChannelOutage.objects.get().channel == sms
    assert {message.to[0].partition("@")[0] for message in mail.outbox} == {
        world.supervisor.user_id,
        world.qa.user_id,
    }
    assert alarm.pk == Alarm.objects.get().pk
    known_alarms.until = 0.0
    for page in ("/temperature/", "/configure/alarms/"):
        screen = desk_of(world.qa).get(page).text
        assert 'class="form-problems' in screen
        assert "SMS does not work." in screen
        assert "Alarm, critical" in screen


def test_a_drill_that_nobody_heard_of_is_itself_an_alarm_until_one_is_passed(
    world: World,
) -> None:
    start = timezone.now() - 20 * DAY
    people(world)
    probe = ProbeFactory.create(feed__site=world.site)
    FittingFactory.create(probe=probe, unit=world.tank, began_at=start)
    with receiver() as gateway:
        registered(world, name="SMS", kind=ChannelKind.SMS, settings={"url": gateway.url}, at=start)
        drill = start_drill(site_id=world.site.pk, intent=world.signs(world.qa), at=start)
        tell_what_is_due(at=start)
        assert len(gateway.posted) == 1, "taken, and dropped"
        assert watch_drills(at=start + 7 * DAY) == 0

        late = start + 7 * DAY + MINUTE
        assert watch_drills(at=late) == 1
        assert watch_drills(at=late) == 0, "it is raised once"
        tell_what_is_due(at=late)

    alarm = Alarm.objects.get(cause=AlarmCause.UNDRILLED)
    assert (alarm.level, alarm.raised_at, alarm.place) == (
        Level.WARNING,
        late,
        world.site.name,
    )
    assert "none was ever passed, one is due every 7 days" in alarm.words
    told = Notification.objects.filter(telling__alarm=alarm)
    assert {row.person for row in told} == {world.supervisor, world.qa}
    assert "Supervision and quality answer for drills" in told[0].telling.words
    body = next(m.body for m in mail.outbox if "a drill is overdue" in m.subject)
    assert "Start one under Configure, Alarms" in body
    listed = desk_of(world.qa).get("/temperature/alarms/").text
    assert "A drill is overdue" in listed
    assert alarm.words.partition(",")[0] in listed

    acknowledge_alarm(
        alarm_id=drill.alarm_id,
        shown=Level(drill.alarm.level),
        by=world.says(world.qa, "It came at last"),
        at=late + HOUR,
    )
    assert watch_drills(at=late + HOUR) == 1
    alarm.refresh_from_db()
    assert alarm.resolved_at == late + HOUR


def test_a_site_without_probes_has_nothing_to_drill(world: World) -> None:
    assert watch_drills(at=timezone.now()) == 0
