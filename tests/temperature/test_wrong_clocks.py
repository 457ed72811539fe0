"""Devices whose clock jumps: their readings are kept, never used, and in nobody's way."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from temperature.actions.take_readings import take_readings
from temperature.arrivals import Arrival, Sample
from temperature.checking import check_readings
from temperature.models import (
    Excursion,
    Flag,
    Gap,
    GapCause,
    Intake,
    IntakeKind,
    Probe,
    ProbeState,
    Reading,
    SetAside,
)
from temperature.queries.feeds import heard_of
from temperature.watching import judge_readings, watch_for_silence
from tests.factories.temperature import LimitVersionFactory, fitted_probe
from tests.world import NOON, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-75", "URS-111")]

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def probe(world: World) -> Probe:
    LimitVersionFactory.create(profile__unit=world.tank)
    return fitted_probe(world.tank)


def sent(probe: Probe, at: datetime, value: float, *, off: timedelta) -> Intake:
    """Let a device send what it measures at `at`, with a clock that is off."""
    samples = [Sample(probe.channel, at + off, value)]
    arrival = Arrival(kind=IntakeKind.PUSHED, body=repr(samples).encode(), samples=samples)
    return take_readings(feed_id=probe.feed_id, arrival=arrival, at=at)


def test_what_a_clock_wrote_that_was_ahead_stands_in_no_true_readings_way(probe: Probe) -> None:
    for minute in range(30):
        sent(probe, NOON + minute * MINUTE, -20.0, off=HOUR)
    for minute in range(30, 120):
        intake = sent(probe, NOON + minute * MINUTE, -190.0, off=timedelta())
        assert (intake.stored, intake.faults) == (1, [])

    assert SetAside.objects.filter(flags=Flag.AHEAD, value=-20.0).count() == 30
    assert Reading.objects.count() == 90
    judge_readings(at=NOON + 2 * HOUR)
    assert not Excursion.objects.exists(), "what is set aside is never used"
    assert list(check_readings()) == []


def test_a_clock_that_is_years_ahead_is_kept_and_missed(probe: Probe) -> None:
    for minute in range(20):
        at = NOON + minute * MINUTE
        intake = sent(probe, at, -190.0, off=timedelta(days=1000))
        judge_readings(at=at)
        assert (intake.aside, intake.stored, intake.refused) == (1, 0, 0)

    assert SetAside.objects.filter(flags=Flag.AHEAD).count() == 20
    assert Gap.objects.open().get().cause == GapCause.UNUSABLE
    assert list(check_readings()) == []
    judge_readings(at=NOON + 20 * MINUTE)
    sent(probe, NOON + 21 * MINUTE, -190.0, off=timedelta())
    assert Reading.objects.get().device_at == NOON + 21 * MINUTE


def test_is_asked_for_from_no_time_that_is_yet_to_come(probe: Probe) -> None:
    sent(probe, NOON, -190.0, off=timedelta())
    sent(probe, NOON + MINUTE, -190.0, off=5 * HOUR)

    assert heard_of(probe.feed)[probe.channel].newest == NOON


@pytest.mark.urs("URS-108")
@pytest.mark.parametrize(("off", "flag"), [(HOUR, Flag.AHEAD), (-HOUR, Flag.BEHIND)])
def test_a_clock_that_jumps_is_missed_as_no_measurement_with_the_reason(
    probe: Probe, off: timedelta, flag: Flag
) -> None:
    intake = sent(probe, NOON, -190.0, off=timedelta())
    for minute in range(1, 30):
        at = NOON + minute * MINUTE
        intake = sent(probe, at, -20.0, off=off)
        judge_readings(at=at)
        watch_for_silence(at=at)

    gap = Gap.objects.open().get(began_at=NOON)
    assert gap.cause == GapCause.UNUSABLE
    assert ProbeState.objects.get(probe=probe).last_flags & flag
    side = "ahead" if flag == Flag.AHEAD else "behind"
    assert f"Its clock is 60 min {side}: set it." in intake.faults[0][1]
    assert (intake.aside, intake.stored, intake.refused) == (1, 0, 0)


def test_a_clock_that_was_behind_and_is_set_is_believed_at_once(probe: Probe) -> None:
    for minute in range(5):
        sent(probe, NOON + minute * MINUTE, -190.0, off=-HOUR)

    intake = sent(probe, NOON + 5 * MINUTE, -20.0, off=timedelta())

    assert (intake.stored, intake.aside, intake.faults) == (1, 0, [])
    assert SetAside.objects.filter(flags=Flag.BEHIND).count() == 4, "the first is only late"
    judge_readings(at=NOON + 5 * MINUTE)
    assert Excursion.objects.filter(peak=-20.0).exists()


def test_what_was_set_aside_is_kept_once_and_never_altered(probe: Probe) -> None:
    sent(probe, NOON, -20.0, off=HOUR)
    again = sent(probe, NOON + MINUTE, -20.0, off=HOUR - MINUTE)

    assert (again.aside, again.repeated) == (0, 1)
    attacks = ("UPDATE {} SET value = -190", "DELETE FROM {}", "TRUNCATE {}")
    for attack in (*attacks, "INSERT INTO {0} SELECT * FROM {0}"):
        with (
            pytest.raises(DatabaseError, match=r"append-only|never deleted|no Change is open"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(attack.format(SetAside._meta.db_table))
    assert SetAside.objects.get().value == -20.0
