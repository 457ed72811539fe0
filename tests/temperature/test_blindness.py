"""Units of which no probe gives evidence any more."""

from datetime import timedelta

import pytest

from audit.changes import machine_change
from temperature.actions.judge_probe import judge_probe
from temperature.blindness import blind_by
from temperature.models import Alarm, AlarmCause, Fitting, Gap, Level, Notification, Probe, Quantity
from temperature.telling import tell_what_is_due
from temperature.watching import (
    judge_readings,
    watch_calibrations,
    watch_for_silence,
    watch_units,
)
from temperature.words_of_alarms import message_of
from tests.custody.racing import Step, race, without_locks
from tests.factories.telling import ChannelFactory, ContactFactory
from tests.factories.temperature import CalibrationFactory, FittingFactory, ProbeFactory, arrived
from tests.world import NOON, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-108")]

MINUTE = timedelta(minutes=1)
START = NOON - 2 * 60 * MINUTE


@pytest.fixture
def pair(world: World) -> list[Probe]:
    """Return two probes of a tank that both spoke at the start and were judged."""
    made = [fitted(world), fitted(world)]
    for probe in made:
        speak(probe, minute=0)
    return made


def fitted(world: World, **traits: object) -> Probe:
    """Return a probe that was fitted in the tank two hours ago."""
    probe: Probe = ProbeFactory.create(feed__site=world.site, **traits)
    FittingFactory.create(probe=probe, unit=world.tank, began_at=START)
    return probe


def speak(probe: Probe, *, minute: int) -> None:
    """Let one reading come and be judged."""
    at = START + minute * MINUTE
    arrived(probe, [-190.0], start=at, at=at)
    judge_readings(at=at)


def blind() -> list[Alarm]:
    """Return the alarms of units without evidence."""
    return list(Alarm.objects.filter(cause=AlarmCause.BLIND).order_by("pk"))


def test_is_critical_once_the_last_probe_is_silent_until_any_speaks(
    world: World, pair: list[Probe]
) -> None:
    first, last = pair
    speak(last, minute=3)
    watch_for_silence(at=START + 5 * MINUTE)
    assert [alarm.probe for alarm in Alarm.objects.all()] == [first]

    for minute in (8, 9, 30):
        watch_for_silence(at=START + minute * MINUTE)
        assert watch_units(at=START + minute * MINUTE) == 0, "judging has seen it"

    [alarm] = blind()
    assert (alarm.unit_id, alarm.probe, alarm.level) == (world.tank.pk, None, Level.CRITICAL)
    assert (alarm.gap, alarm.raised_at) == (Gap.objects.get(probe=last), START + 8 * MINUTE)
    assert alarm.resolved_at is None

    speak(first, minute=31)
    [alarm] = blind()
    assert alarm.resolved_at == START + 31 * MINUTE
    assert Alarm.objects.open().get().probe == last


def test_says_to_people_that_it_is_the_whole_unit(world: World, pair: list[Probe]) -> None:
    ChannelFactory.create()
    ContactFactory.create(person=world.qa)
    watch_for_silence(at=START + 8 * MINUTE)

    tell_what_is_due(at=START + 8 * MINUTE)

    row = Notification.objects.get(telling__alarm__cause="blind")
    message = message_of(row, at=START)
    assert message.subject == f"CRITICAL: {world.tank.name}, no probe of the unit measures"
    assert message.facts["probe"] == ""
    assert len(pair) == 2


def test_a_probe_that_was_just_fitted_ends_it_only_when_it_speaks(
    world: World, pair: list[Probe]
) -> None:
    watch_for_silence(at=START + 8 * MINUTE)
    new: Probe = ProbeFactory.create(feed__site=world.site)
    FittingFactory.create(probe=new, unit=world.tank, began_at=START + 9 * MINUTE)

    assert watch_units(at=START + 9 * MINUTE) == 0
    speak(new, minute=10)
    assert watch_units(at=START + 10 * MINUTE) == 1

    [alarm] = blind()
    assert alarm.resolved_at == START + 10 * MINUTE
    assert len(pair) == 2


def test_taking_the_last_probe_that_speaks_away_leaves_the_unit_blind(
    world: World, pair: list[Probe]
) -> None:
    taken, _ = pair
    level = fitted(world, quantity=Quantity.LEVEL)
    for minute in (3, 6):
        speak(taken, minute=minute)
        speak(level, minute=minute)
    watch_for_silence(at=START + 8 * MINUTE)
    assert blind() == []
    fitting = Fitting.objects.get(probe=taken)
    fitting.ended_at = START + 9 * MINUTE
    with machine_change("test", action="test", reason="Test"):
        fitting.save(update_fields=["ended_at"])

    assert watch_units(at=START + 9 * MINUTE) == 1, "a level does not say how cold it is"

    [alarm] = blind()
    assert (alarm.resolved_at, alarm.raised_at) == (None, START + 9 * MINUTE)


def test_taking_silent_probes_out_ends_nothing_until_another_speaks(
    world: World, pair: list[Probe]
) -> None:
    watch_for_silence(at=START + 8 * MINUTE)
    with machine_change("test", action="test", reason="Test"):
        for fitting in Fitting.objects.filter(probe__in=pair):
            fitting.ended_at = START + 9 * MINUTE
            fitting.save(update_fields=["ended_at"])
    for probe in pair:
        judge_probe(probe_id=probe.pk, dirty_from=None, at=START + 9 * MINUTE)

    assert watch_units(at=START + 10 * MINUTE) == 0
    new: Probe = ProbeFactory.create(feed__site=world.site)
    FittingFactory.create(probe=new, unit=world.tank, began_at=START + 11 * MINUTE)
    assert watch_units(at=START + 11 * MINUTE) == 0
    assert [alarm.resolved_at for alarm in blind()] == [None]

    speak(new, minute=12)
    watch_units(at=START + 12 * MINUTE)
    assert [alarm.resolved_at for alarm in blind()] == [START + 12 * MINUTE]


def silences(pair: list[Probe]) -> list[object]:
    """Judge both probes in one instant, each after the other was looked at."""

    def judging(probe: Probe) -> Step:
        return lambda: judge_probe(probe_id=probe.pk, dirty_from=None, at=START + 8 * MINUTE)

    first, second = pair
    meet = "temperature.actions.judge_probe.follow"
    return [outcome.error for outcome in race(judging(first), judging(second), meet_in=meet)]


def test_of_two_that_fall_silent_at_once_the_second_to_be_judged_sees_both(
    pair: list[Probe],
) -> None:
    assert silences(pair) == [None, None]

    [alarm] = blind()
    assert alarm.resolved_at is None


def test_without_the_lock_each_takes_the_other_for_one_that_speaks(
    world: World, pair: list[Probe]
) -> None:
    with without_locks():
        assert silences(pair) == [None, None]

    assert blind() == []
    assert blind_by(world.tank.pk) is not None
    assert watch_units(at=START + 8 * MINUTE) == 1, "the clock would still find it"


@pytest.mark.urs("URS-30")
def test_a_probe_that_was_never_calibrated_is_an_alarm_until_it_is(world: World) -> None:
    probe = fitted(world)
    ProbeFactory.create(feed__site=world.site)  # fitted nowhere

    assert watch_calibrations(at=NOON) == 1
    assert watch_calibrations(at=NOON) == 0

    alarm = Alarm.objects.get()
    assert (alarm.cause, alarm.level, alarm.calibration) == ("calibration", Level.WARNING, None)
    CalibrationFactory.create(probe=probe)
    assert watch_calibrations(at=NOON + MINUTE) == 1
    alarm.refresh_from_db()
    assert alarm.resolved_at == NOON + MINUTE
