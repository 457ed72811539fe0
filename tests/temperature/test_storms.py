"""A source that goes down: one alarm of it, one message of everything, and nothing lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from inventory.actions.add_container import add_container
from inventory.models import Container
from temperature.actions.set_telling_rules import set_telling_rules
from temperature.models import (
    Alarm,
    AlarmCause,
    Feed,
    FeedKind,
    Level,
    Notification,
    NotificationStatus,
    Probe,
)
from temperature.queries.alarms import alarms_at
from temperature.rules.telling import Rules
from temperature.telling import tell_what_is_due
from temperature.watching import judge_readings, watch_for_silence
from temperature.watching_sources import watch_sources
from tests.accounts.notices import Killed, backend
from tests.custody.racing import race
from tests.factories.telling import ChannelFactory, ContactFactory, OnCallFactory, calling
from tests.factories.temperature import (
    CalibrationFactory,
    FeedFactory,
    FittingFactory,
    ProbeFactory,
    arrived,
    fitted_probe,
)
from tests.temperature.actions.test_channels import registered
from tests.temperature.channels.servers import receiver
from tests.world import NOON, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-107", "URS-108")]

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
UNITS, PROBES = 5, 2


@pytest.fixture
def gateway(world: World) -> Feed:
    """Return a gateway with two probes in each of five units, all heard at noon."""
    feed: Feed = FeedFactory.create(site=world.site, name="Gateway 7")
    for number in range(UNITS):
        unit = add_container(
            type_id=world.tank.type_id,
            name=f"LN2-3{number}",
            site_id=world.site.pk,
            intent=world.signs(world.admin),
        )
        for _ in range(PROBES):
            fit(feed, unit)
    speak(*Probe.objects.filter(feed=feed), at=NOON)
    return feed


def fit(feed: Feed, unit: Container) -> Probe:
    probe: Probe = ProbeFactory.create(feed=feed)
    FittingFactory.create(probe=probe, unit=unit, began_at=NOON)
    CalibrationFactory.create(probe=probe)
    return probe


def speak(*probes: Probe, at: datetime) -> None:
    """Let one reading of each come and be judged."""
    for probe in probes:
        arrived(probe, [-190.0], start=at, at=at)
    judge_readings(at=at)


def watch(at: datetime) -> None:
    """Look after probes and sources as the clock does."""
    watch_for_silence(at=at)
    watch_sources(at=at)


def on_call(world: World) -> None:
    ChannelFactory.create()
    for order, person in enumerate((world.supervisor, world.qa), start=1):
        ContactFactory.create(person=person)
        OnCallFactory.create(site=world.site, person=person, order=order)


def of_source() -> Alarm:
    return Alarm.objects.get(cause=AlarmCause.SOURCE)


def test_a_silent_source_has_one_alarm_beside_those_of_its_units(
    world: World, gateway: Feed
) -> None:
    watch(NOON + 4 * MINUTE)

    alarm = of_source()
    assert (alarm.level, alarm.raised_at) == (Level.CRITICAL, NOON + 4 * MINUTE)
    assert alarm.words == (
        "Source Gateway 7 answers nothing: 10 probes of 5 units are not measured. Look at the "
        "gateway, its power and its network first. Of: LN2-30, LN2-31, LN2-32, LN2-33, LN2-34. "
        "Each unit has its own alarm besides."
    )
    own = Alarm.objects.open().exclude(cause=AlarmCause.SOURCE)
    assert sorted(own.values_list("cause", flat=True)) == ["blind"] * UNITS + ["gap"] * 10
    units = [alarm.unit_id for alarm in own]
    stands = alarms_at(units, at=NOON)
    assert {alarm.cause for of in stands.values() for alarm in of.alarms} == {"gap", "blind"}
    assert watch_sources(at=NOON + 5 * MINUTE) == 0, "it is raised once"

    speak(Probe.objects.filter(feed=gateway).first() or Probe(), at=NOON + 6 * MINUTE)
    watch(NOON + 6 * MINUTE)
    assert of_source().resolved_at == NOON + 6 * MINUTE
    assert Alarm.objects.open().filter(cause=AlarmCause.BLIND).count() == UNITS - 1


def test_one_probe_that_speaks_or_is_alone_makes_no_alarm_of_the_source(
    world: World, gateway: Feed
) -> None:
    alone: Feed = FeedFactory.create(site=world.site)
    speak(fit(alone, world.tank), at=NOON)
    by_hand: Feed = FeedFactory.create(site=world.site, kind=FeedKind.LOGGER_FILE)
    speak(fit(by_hand, world.tank), fit(by_hand, world.tank), at=NOON)
    speak(Probe.objects.filter(feed=gateway).first() or Probe(), at=NOON + 3 * MINUTE)

    watch(NOON + 5 * MINUTE)

    assert not Alarm.objects.filter(cause=AlarmCause.SOURCE).exists()


def test_a_storm_is_one_message_to_each_person_and_names_every_alarm(
    world: World, gateway: Feed
) -> None:
    on_call(world)
    watch(NOON + 4 * MINUTE)

    tell_what_is_due(at=NOON + 4 * MINUTE)

    [message] = mail.outbox
    assert message.to == [f"{world.supervisor.user_id}@example.org"]
    assert message.subject == (
        f"CRITICAL: {world.site.name}, a source answers nothing, and 15 more alarms"
    )
    for alarm in Alarm.objects.exclude(cause=AlarmCause.SOURCE):
        assert f"number {alarm.pk}: {alarm.level.upper()}: " in message.body
    rows = Notification.objects.all()
    assert {row.status for row in rows} == {NotificationStatus.SENT}
    assert rows.filter(gathered_in__isnull=True).count() == 1
    assert rows.count() == 16

    tell_what_is_due(at=NOON + 9 * MINUTE)
    assert [sent.to[0].partition("@")[0] for sent in mail.outbox[1:]] == [world.qa.user_id]
    assert mail.outbox[1].subject.endswith("and 5 more alarms"), "the critical ones escalate first"


def test_what_comes_soon_after_waits_for_one_message_and_not_longer_than_signed(
    world: World,
) -> None:
    on_call(world)
    for second in (0, 10, 20, 59):
        calling_at(world, second, Level.ACTION)
        tell_what_is_due(at=NOON + second * SECOND)
    assert len(mail.outbox) == 1, "the first goes at once"

    tell_what_is_due(at=NOON + 60 * SECOND)

    assert len(mail.outbox) == 2
    assert mail.outbox[1].subject.endswith(", and 2 more alarms")
    waited = [row.sent_at - row.telling.at for row in Notification.objects.all() if row.sent_at]
    assert max(waited) <= 60 * SECOND
    assert len(waited) == 4


def test_a_graver_alarm_waits_for_nothing(world: World) -> None:
    on_call(world)
    for second, level in ((0, Level.WARNING), (5, Level.ACTION), (10, Level.CRITICAL)):
        calling_at(world, second, level)
        tell_what_is_due(at=NOON + second * SECOND)

    assert [sent.subject.split(":")[0] for sent in mail.outbox] == ["WARNING", "ACTION", "CRITICAL"]


def test_where_nothing_is_gathered_each_goes_at_once(world: World) -> None:
    set_telling_rules(rules=Rules(gather_seconds=0), intent=world.signs(world.qa))
    on_call(world)
    for second in (0, 1):
        calling_at(world, second, Level.ACTION)
        tell_what_is_due(at=NOON + second * SECOND)

    assert len(mail.outbox) == 2


def test_a_machine_takes_each_alarm_as_an_event_of_its_own(world: World, gateway: Feed) -> None:
    on_call(world)
    with receiver() as there:
        registered(world, settings={"url": there.url})
        watch(NOON + 4 * MINUTE)
        tell_what_is_due(at=NOON + 4 * MINUTE)

    assert len(there.posted) == Alarm.objects.count() == 16
    assert mail.outbox == []


def test_when_its_channel_fails_all_of_it_goes_by_the_next(world: World, gateway: Feed) -> None:
    on_call(world)
    with receiver() as there:
        there.status = 503
        registered(world, name="SMS", kind="sms", settings={"url": there.url})
        ContactFactory.create(person=world.supervisor, kind="sms", address="+49301234567")
        watch(NOON + 4 * MINUTE)
        tell_what_is_due(at=NOON + 4 * MINUTE)

    assert len(there.posted) == 1, "it is tried once for all of them"
    [message] = mail.outbox
    assert message.subject.endswith("and 15 more alarms")
    assert Notification.objects.filter(status=NotificationStatus.FAILED).count() == 16
    assert Notification.objects.filter(status=NotificationStatus.SENT).count() == 16


def test_a_worker_killed_meanwhile_loses_none_of_it(
    world: World, gateway: Feed, settings: Any
) -> None:
    on_call(world)
    watch(NOON + 4 * MINUTE)
    backend(settings, Killed)
    with pytest.raises(SystemExit):
        tell_what_is_due(at=NOON + 4 * MINUTE)
    assert set(Notification.objects.values_list("tries", flat=True)) == {0}

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tell_what_is_due(at=NOON + 4 * MINUTE + SECOND)

    [message] = mail.outbox
    assert message.subject.endswith("and 15 more alarms")


def test_worker_and_watchdog_name_each_alarm_once(committed_world: World) -> None:
    on_call(committed_world)
    for second in range(4):
        calling_at(committed_world, second, Level.ACTION)

    race(
        lambda: tell_what_is_due(at=NOON + 4 * SECOND),
        lambda: tell_what_is_due(at=NOON + 4 * SECOND),
        meet_in="temperature.actions.send_notification.going_with",
    )

    tell_what_is_due(at=NOON + 2 * MINUTE)
    assert set(Notification.objects.values_list("tries", flat=True)) == {1}


def calling_at(world: World, second: int, level: Level) -> Alarm:
    """Return a real alarm that calls since so many seconds after noon."""
    at, cause = NOON + second * SECOND, AlarmCause.CALIBRATION
    return calling(fitted_probe(world.tank), world.tank, at=at, level=level, cause=cause)
