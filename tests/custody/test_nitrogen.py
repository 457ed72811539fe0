"""Nitrogen that runs low calls somebody, also at night."""

from datetime import datetime, timedelta

import pytest

from custody.watching import watch_nitrogen
from inventory.actions.add_container import add_container
from inventory.models import Container
from temperature.models import Alarm, AlarmCause, Level, Notification, Probe, Quantity, Zone
from temperature.telling import tell_what_is_due
from temperature.watching import judge_readings
from temperature.words_of_alarms import message_of
from tests.factories.telling import ChannelFactory, ContactFactory
from tests.factories.temperature import (
    FittingFactory,
    LimitVersionFactory,
    ProbeFactory,
    arrived,
    arrived_every,
    fitted_probe,
)
from tests.world import NOON, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-104", "URS-107")]

HOUR = timedelta(hours=1)
START = NOON - 60 * HOUR


@pytest.fixture
def gauge(world: World) -> Probe:
    """Return a gauge whose tank must last for a day, eight hours are critical."""
    made: Probe = ProbeFactory.create(
        feed__site=world.site, quantity=Quantity.LEVEL, expected_every=HOUR
    )
    FittingFactory.create(probe=made, unit=world.tank, zone=Zone.LEVEL, began_at=START)
    LimitVersionFactory.create(
        profile__unit=world.tank,
        profile__quantity=Quantity.LEVEL,
        bands=[{"level": "critical", "side": "below", "limit": 10.0, "delay_seconds": 0}],
        least_hours=24,
        critical_hours=8,
    )
    return made


def falls_to(gauge: Probe, last: float, *, at: datetime = NOON) -> None:
    """Let the level fall by 1 % an hour for two days, up to `last`, and look after it."""
    levels = [last + step for step in range(48, -1, -1)]
    arrived_every(gauge, levels, start=at - 48 * HOUR, at=at, every=HOUR)
    judge_readings(at=at)
    watch_nitrogen(at=at)


def reads(gauge: Probe, level: float, *, after: int) -> datetime:
    """Let one more level come."""
    at = NOON + after * HOUR
    arrived(gauge, [level], start=at, at=at)
    judge_readings(at=at)
    watch_nitrogen(at=at)
    return at


def room(world: World, name: str) -> Container:
    """Return another tank with an empty box."""
    intent = world.signs(world.admin)
    tank = add_container(
        type_id=world.tank.type_id, name=name, site_id=world.site.pk, intent=intent
    )
    rack = add_container(
        type_id=world.rack.type_id,
        name="R1",
        position_id=tank.positions.get(label="R1").pk,
        intent=intent,
    )
    add_container(
        type_id=world.box.type_id,
        name="Box 1",
        position_id=rack.positions.get(label="1").pk,
        intent=intent,
    )
    return tank


def the_alarm() -> Alarm:
    return Alarm.objects.get(cause=AlarmCause.NITROGEN)


def test_calls_below_the_hours_that_quality_signed(world: World, gauge: Probe) -> None:
    falls_to(gauge, 35.0)
    assert not Alarm.objects.filter(cause=AlarmCause.NITROGEN).exists()

    at = reads(gauge, 33.0, after=1)

    alarm = the_alarm()
    assert (alarm.unit, alarm.level, alarm.raised_at) == (world.tank, Level.WARNING, at)
    assert alarm.words == (
        "LN2-01: its nitrogen lasts for about 23 h until 10 %, at 24.0 % a day (median fall of "
        "the level over 12 hours); it must last for 24 h. Fill it. No other unit of its site and "
        "storage class is fit to take its contents."
    )
    assert watch_nitrogen(at=at) == 0, "it is raised once"


def test_grows_worse_and_calls_again_until_it_is_filled(world: World, gauge: Probe) -> None:
    falls_to(gauge, 33.0)
    reads(gauge, 25.0, after=1)
    assert the_alarm().level == Level.WARNING

    at = reads(gauge, 16.0, after=2)
    alarm = the_alarm()
    assert (alarm.level, alarm.told_from, alarm.raised_at) == (Level.CRITICAL, at, NOON)
    assert "lasts for about 6 h" in alarm.words

    reads(gauge, 19.0, after=3)
    assert the_alarm().level == Level.CRITICAL, "nobody is told that it grew better"
    reads(gauge, 36.0, after=4)
    assert the_alarm().resolved_at is None, "two hours more than it warns at is not filled"

    at = reads(gauge, 80.0, after=5)
    assert the_alarm().resolved_at == at


def test_silence_of_the_gauge_ends_nothing(world: World, gauge: Probe) -> None:
    falls_to(gauge, 33.0)

    assert watch_nitrogen(at=NOON + 6 * HOUR) == 0

    assert the_alarm().resolved_at is None


def test_names_where_the_contents_could_go_and_no_unit_that_is_blind(
    world: World, gauge: Probe
) -> None:
    ChannelFactory.create()
    ContactFactory.create(person=world.qa)
    fit, blind = (room(world, name) for name in ("LN2-02", "LN2-03"))
    LimitVersionFactory.create(profile__unit=blind)
    LimitVersionFactory.create(profile__unit=fit)
    speaking = fitted_probe(fit)
    arrived(speaking, [-190.0], start=NOON, at=NOON)

    falls_to(gauge, 33.0)
    tell_what_is_due(at=NOON)

    row = Notification.objects.get(telling__alarm__cause=AlarmCause.NITROGEN)
    message = message_of(row, at=NOON)
    assert message.subject == "WARNING: LN2-01, nitrogen runs low"
    assert "Room for its contents: LN2-02 (" in message.text
    assert "LN2-03" not in message.text
