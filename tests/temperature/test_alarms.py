"""Raising alarms."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError

from audit.changes import machine_change
from audit.models import Change
from temperature import consequences
from temperature.actions.calibrate_probe import calibrate_probe
from temperature.actions.judge_probe import judge_probe
from temperature.models import Alarm, AlarmCause, AlarmPause, Excursion, Gap, Level, Probe
from temperature.rules.probes import Certificate
from temperature.watching import judge_readings, watch_calibrations, watch_for_silence
from tests.custody.racing import drop, race, winners, without_locks
from tests.factories.temperature import (
    CalibrationFactory,
    FittingFactory,
    LimitVersionFactory,
    ProbeFactory,
    arrived,
)
from tests.world import NOON, World

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
START = NOON - 2 * 60 * MINUTE


@pytest.fixture
def probe(world: World) -> Probe:
    """Return a probe of a tank with limits: action after five minutes, critical at once."""
    LimitVersionFactory.create(profile__unit=world.tank)
    made: Probe = ProbeFactory.create(feed__site=world.site)
    FittingFactory.create(probe=made, unit=world.tank, began_at=START)
    return made


def judged(probe: Probe, values: list[float], *, start: datetime, at: datetime) -> None:
    """Let readings come, one a minute, and be judged."""
    arrived(probe, values, start=start, at=at)
    judge_readings(at=at)


def taken_on(alarm: Alarm, by: World) -> None:
    """Let somebody have taken an alarm on."""
    with machine_change("test", action="test", reason="Test"):
        alarm.acknowledged_at, alarm.acknowledged_by = START, by.technician
        alarm.comment = "On my way"
        alarm.save(update_fields=["acknowledged_at", "acknowledged_by", "comment"])


@pytest.mark.urs("URS-107")
def test_is_raised_once_in_the_change_that_finds_the_excursion(world: World, probe: Probe) -> None:
    judged(probe, [-190.0, -130.0], start=START, at=START + MINUTE)
    judged(probe, [-120.0], start=START + 2 * MINUTE, at=START + 2 * MINUTE)

    alarm = Alarm.objects.get()
    found = Excursion.objects.get(level=Level.CRITICAL)
    assert (alarm.unit_id, alarm.cause, alarm.level) == (world.tank.pk, "excursion", "critical")
    assert (alarm.excursion, alarm.raised_at, alarm.is_late) == (found, START + MINUTE, False)
    assert alarm.history.get().change == Change.objects.filter(action="judge_readings").first()


@pytest.mark.urs("URS-107")
def test_a_graver_level_is_told_anew_and_the_end_resolves(world: World, probe: Probe) -> None:
    judged(probe, [-190.0, *[-145.0] * 7], start=START, at=START + 8 * MINUTE)
    taken_on(Alarm.objects.get(level=Level.ACTION), world)

    judged(probe, [-130.0], start=START + 9 * MINUTE, at=START + 9 * MINUTE)

    alarm = Alarm.objects.get()
    assert (alarm.level, alarm.acknowledged_by, alarm.comment) == (Level.CRITICAL, None, "")
    assert (alarm.told_from, alarm.raised_at) == (START + 9 * MINUTE, START + 8 * MINUTE)
    assert alarm.excursion is not None
    assert alarm.excursion.level == Level.CRITICAL

    taken_on(alarm, world)
    judged(probe, [-145.0], start=START + 10 * MINUTE, at=START + 10 * MINUTE)
    alarm.refresh_from_db()
    assert (alarm.resolved_at, alarm.comment) == (None, "On my way")  # still too warm

    judged(probe, [-190.0], start=START + 11 * MINUTE, at=START + 11 * MINUTE)
    alarm.refresh_from_db()
    assert (alarm.resolved_at, alarm.comment) == (START + 11 * MINUTE, "On my way")


@pytest.mark.urs("URS-107", "URS-111")
def test_one_that_later_readings_undo_is_resolved(probe: Probe) -> None:
    [late] = [START + 3 * MINUTE]
    judged(probe, [-190.0, -145.0, -145.0], start=START, at=START + 2 * MINUTE)
    judged(probe, [-145.0] * 3, start=START + 4 * MINUTE, at=START + 7 * MINUTE)
    assert Alarm.objects.open().get().cause == AlarmCause.EXCURSION

    judged(probe, [-190.0], start=late, at=START + 7 * MINUTE)

    assert Excursion.objects.get().is_withdrawn
    assert Alarm.objects.get().resolved_at == START + 7 * MINUTE


@pytest.mark.urs("URS-107", "URS-108")
def test_silence_is_an_alarm_until_a_reading_comes(probe: Probe) -> None:
    judged(probe, [-190.0], start=START, at=START)
    watch_for_silence(at=START + 4 * MINUTE)
    watch_for_silence(at=START + 5 * MINUTE)

    alarm = Alarm.objects.get(probe=probe)
    assert (alarm.cause, alarm.level, alarm.gap) == ("gap", Level.ACTION, Gap.objects.get())
    assert not alarm.is_late

    judged(probe, [-190.0], start=START + 10 * MINUTE, at=START + 10 * MINUTE)
    alarm.refresh_from_db()
    assert alarm.resolved_at == START + 10 * MINUTE
    assert alarm.acknowledged_at is None


@pytest.mark.urs("URS-75", "URS-107")
def test_what_came_and_went_while_nothing_was_heard_is_raised_late(probe: Probe) -> None:
    judged(probe, [-190.0, -130.0, -120.0, -190.0, -190.0], start=START, at=NOON)

    raised = {alarm.cause: alarm for alarm in Alarm.objects.filter(probe=probe)}
    assert set(raised) == {AlarmCause.EXCURSION, AlarmCause.GAP}  # silent since
    warm = raised["excursion"]
    assert (warm.is_late, warm.raised_at, warm.resolved_at) == (True, NOON, NOON)
    assert raised["gap"].resolved_at is None


@pytest.mark.urs("URS-109")
def test_a_pause_on_record_is_only_ended_and_once(world: World) -> None:
    pause = AlarmPause(unit=world.tank, reason="Service", began_at=NOON, until=NOON + MINUTE)
    pause.paused_by = world.technician
    with machine_change("test", action="test", reason="Test"):
        pause.save(force_insert=True)

    with (
        pytest.raises(DatabaseError, match="only ended"),
        machine_change("test", action="test", reason="Test"),
    ):
        AlarmPause.objects.update(until=NOON + 2 * MINUTE)


@pytest.mark.urs("URS-107", "URS-113")
def test_a_worker_that_dies_while_it_judges_loses_nothing(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise SystemExit

    arrived(probe, [-190.0, -130.0], start=START, at=START + MINUTE)
    with monkeypatch.context() as during:
        during.setattr(consequences, "_consequences", [dies])
        with pytest.raises(SystemExit):
            judge_readings(at=START + MINUTE)
    assert not Alarm.objects.exists()
    assert not Excursion.objects.exists()

    judge_readings(at=START + MINUTE)  # the readings wait in the database, in no queue

    assert Alarm.objects.get().excursion == Excursion.objects.get()


@pytest.mark.urs("URS-107")
def test_of_two_who_judge_a_probe_at_once_one_raises_the_alarm(probe: Probe) -> None:
    arrived(probe, [-190.0, -130.0], start=START, at=START + MINUTE)

    def judge() -> object:
        return judge_probe(probe_id=probe.pk, dirty_from=START, at=START + MINUTE)

    outcomes = race(judge, judge, meet_in="temperature.actions.judge_probe.raise_alarms")

    assert [outcome.error for outcome in outcomes] == [None, None]
    assert Alarm.objects.get().excursion == Excursion.objects.get()


@pytest.mark.urs("URS-107")
def test_without_the_lock_the_database_refuses_the_second_alarm(probe: Probe) -> None:
    arrived(probe, [-190.0, -130.0], start=START, at=START + MINUTE)
    drop("temperature_excursion", "temperature_each_excursion_once")
    drop("temperature_excursion", "temperature_one_open_excursion")

    def judge() -> object:
        return judge_probe(probe_id=probe.pk, dirty_from=START, at=START + MINUTE)

    with without_locks():
        outcomes = race(judge, judge, meet_in="temperature.alarms.create_all")

    assert len(winners(outcomes)) == 1
    assert Alarm.objects.count() == 1


@pytest.mark.urs("URS-30", "URS-107")
def test_a_calibration_past_due_is_an_alarm_until_another_counts(
    world: World, probe: Probe
) -> None:
    CalibrationFactory.create(probe=probe, due_at=NOON)
    assert watch_calibrations(at=NOON - MINUTE) == 0

    assert watch_calibrations(at=NOON) == 1
    assert watch_calibrations(at=NOON) == 0

    alarm = Alarm.objects.get()
    assert (alarm.cause, alarm.level, alarm.unit_id) == ("calibration", "warning", world.tank.pk)
    again = Certificate(
        number="CAL-2", calibrated_at=NOON, due_at=NOON + timedelta(days=365), correction=Decimal(0)
    )
    by = world.signs(world.admin)
    calibrate_probe(probe_id=probe.pk, certificate=again, intent=by, at=NOON + MINUTE)
    alarm.refresh_from_db()
    assert alarm.resolved_at == NOON + MINUTE
    assert watch_calibrations(at=NOON + MINUTE) == 0
