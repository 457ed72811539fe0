"""Channels, addresses and duties for tests."""

from datetime import UTC, datetime, timedelta

import factory

from accounts.models import Person
from audit.changes import machine_change
from inventory.models import Container, Site
from temperature.models import (
    Alarm,
    AlarmCause,
    Channel,
    ChannelKind,
    ChannelOutage,
    Contact,
    Drill,
    Level,
    Notification,
    OnCall,
    Probe,
    ProbeDrill,
    ReviewedUnit,
    ReviewKind,
    ReviewRules,
    Telling,
    TellingRules,
    TemperatureReview,
)
from tests.factories.base import RegulatedFactory
from tests.factories.temperature import LONG_AGO


class ChannelFactory(RegulatedFactory[Channel]):
    """A channel of e-mail by the portal's own server."""

    class Meta:
        model = Channel

    name = factory.Sequence(lambda number: f"Channel {number}")
    kind = ChannelKind.EMAIL
    rank = factory.Sequence(lambda number: number + 100)  # none that a test asks for
    try_every = timedelta(hours=1)


class ChannelOutageFactory(RegulatedFactory[ChannelOutage]):
    """A channel that does not work."""

    class Meta:
        model = ChannelOutage

    channel = factory.SubFactory(ChannelFactory)
    began_at = LONG_AGO
    words = "It answered 503."


class ContactFactory(RegulatedFactory[Contact]):
    """An address of somebody."""

    class Meta:
        model = Contact

    kind = ChannelKind.EMAIL
    address = factory.LazyAttribute(lambda row: f"{row.person.user_id}@example.org")


class OnCallFactory(RegulatedFactory[OnCall]):
    """A duty that lasts for years."""

    class Meta:
        model = OnCall

    order = 1
    begins_at = LONG_AGO
    ends_at = datetime(2030, 1, 1, tzinfo=UTC)


class AlarmFactory(RegulatedFactory[Alarm]):
    """An alarm without a cause."""

    class Meta:
        model = Alarm

    cause = AlarmCause.DRILL


def a_row_of_each(person: Person, site: Site) -> None:
    """Let every table of how people are told have a row."""
    ChannelOutageFactory.create()
    ContactFactory.create(person=person)
    OnCallFactory.create(person=person, site=site)
    alarm = Alarm.objects.latest("pk")
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        TellingRules(version=1).save(force_insert=True)
        telling = Telling(alarm=alarm, told_from=alarm.told_from, step=0, at=alarm.told_from)
        telling.save(force_insert=True)
        message = Notification(telling=telling, person=person, next_try_at=LONG_AGO)
        message.channel = Channel.objects.latest("pk")
        message.save(force_insert=True)
        Drill(site=site, alarm=alarm, started_at=LONG_AGO).save(force_insert=True)
        probe_drill = ProbeDrill(probe=alarm.probe, unit=alarm.unit, started_at=LONG_AGO)
        probe_drill.started_by, probe_drill.until = person, LONG_AGO
        probe_drill.save(force_insert=True)
        ReviewRules(version=1).save(force_insert=True)
        review = TemperatureReview(
            kind=ReviewKind.ALARMS,
            site=site,
            is_whole_site=True,
            since=LONG_AGO,
            until=LONG_AGO + timedelta(days=7),
            digest="0" * 64,
            findings="none",
            reviewed_at=LONG_AGO + timedelta(days=8),
        )
        review.save(force_insert=True)
        ReviewedUnit(review=review, unit=alarm.unit, digest="0" * 64, method="test").save()


def calling(
    probe: Probe,
    unit: Container,
    *,
    at: datetime,
    level: Level = Level.ACTION,
    cause: AlarmCause = AlarmCause.DRILL,
) -> Alarm:
    """Return an alarm that calls since `at`."""
    alarm: Alarm = AlarmFactory.create(
        probe=probe, unit=unit, level=level, raised_at=at, told_from=at, cause=cause
    )
    return alarm
