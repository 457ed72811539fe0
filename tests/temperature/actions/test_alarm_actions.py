"""Acknowledging alarms, silencing them for a time, and letting them call again."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError

from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import machine_change
from audit.errors import ActionRefused, NotAuthorised
from audit.models import Change, RefusedAttempt
from temperature.actions.acknowledge_alarm import acknowledge_alarm
from temperature.actions.end_alarm_pause import end_alarm_pause
from temperature.actions.end_due_pause import end_due_pause
from temperature.actions.pause_alarms import pause_alarms
from temperature.models import Alarm, AlarmPause, Level
from temperature.watching import end_due_pauses
from tests.custody.actions.evidence import refused
from tests.custody.racing import race, winners, without_locks
from tests.factories.people import PersonFactory
from tests.factories.temperature import silent_alarm
from tests.world import NOON, World

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE


@pytest.fixture
def alarm(world: World) -> Alarm:
    """Return the open alarm of a probe that fell silent."""
    return silent_alarm(world.tank, at=NOON)


def acknowledge(world: World, alarm: Alarm, words: str = "On my way") -> Alarm:
    """Let the technician take it on."""
    by = world.says(world.technician, words)
    return acknowledge_alarm(alarm_id=alarm.pk, shown=Level.ACTION, by=by, at=NOON + MINUTE)


def pause(
    world: World,
    alarm: Alarm | None = None,
    *,
    lasts: timedelta = HOUR,
    at: datetime = NOON + MINUTE,
    intent: SignedIntent | None = None,
) -> AlarmPause:
    """Let QA silence the tank, or one alarm of it."""
    return pause_alarms(
        unit_id=world.tank.pk,
        alarm_id=None if alarm is None else alarm.pk,
        lasts=lasts,
        intent=intent or world.signs(world.qa),
        at=at,
    )


@pytest.mark.urs("URS-33", "URS-107")
def test_is_acknowledged_with_a_comment_and_goes_on(world: World, alarm: Alarm) -> None:
    acknowledge(world, alarm, "The gateway was unplugged; I plug it in.")

    alarm.refresh_from_db()
    assert (alarm.acknowledged_by, alarm.acknowledged_at) == (world.technician, NOON + MINUTE)
    assert (alarm.comment[:11], alarm.resolved_at) == ("The gateway", None)
    change = Change.objects.get(action="acknowledge_alarm")
    assert (change.actor, change.reason) == (world.technician, alarm.comment)


@pytest.mark.urs("URS-107")
def test_nobody_acknowledges_without_authority_or_a_comment(world: World, alarm: Alarm) -> None:
    stranger = PersonFactory.create(roles=[Role.TECHNICIAN])

    def by(person: object, words: str = "Seen", shown: Level = Level.ACTION) -> None:
        said = world.says(person, words)  # type: ignore[arg-type] # a person of the test
        acknowledge_alarm(alarm_id=alarm.pk, shown=shown, by=said, at=NOON)

    with refused("ROLE_MISSING", by=NotAuthorised):
        by(world.inspector)
    with refused("OUTSIDE_SITE", by=NotAuthorised):
        by(stranger)
    with refused("NO_REASON", by=ActionRefused):
        by(world.technician, "  ")
    with refused("GREW_WORSE", by=ActionRefused):
        by(world.technician, shown=Level.WARNING)
    acknowledge(world, alarm)
    with refused("ACKNOWLEDGED_ALREADY", by=ActionRefused):
        acknowledge(world, alarm)
    assert RefusedAttempt.objects.filter(action="acknowledge_alarm").count() == 5


@pytest.mark.urs("URS-46", "URS-109")
def test_a_pause_silences_and_ends_by_itself_and_the_alarm_calls_again(
    world: World, alarm: Alarm
) -> None:
    acknowledge(world, alarm)
    made = pause(world, intent=world.signs(world.supervisor, reason="Filling line is mended"))

    assert (made.reason, made.paused_by) == ("Filling line is mended", world.supervisor)
    assert made.until == NOON + MINUTE + HOUR
    assert not Alarm.objects.unpaused(NOON + HOUR).exists()
    assert Alarm.objects.unpaused(made.until).get() == alarm  # whether the worker runs or not
    assert end_due_pauses(at=made.until - MINUTE) == 0

    assert end_due_pauses(at=made.until) == 1
    assert end_due_pauses(at=made.until) == 0

    made.refresh_from_db()
    alarm.refresh_from_db()
    assert (made.ended_at, made.ended_by) == (made.until, None)
    assert (alarm.told_from, alarm.acknowledged_at, alarm.comment) == (made.until, None, "")
    assert Change.objects.get(action="suppress_alarm").actor == world.supervisor
    ended = Change.objects.get(action="end_due_pause")
    assert (ended.actor, ended.reason) == (None, "Suppression of alarms ended")


@pytest.mark.urs("URS-109")
def test_a_pause_is_bounded_by_rules_and_by_the_database(world: World, alarm: Alarm) -> None:
    with refused("OUT_OF_BOUNDS", by=ActionRefused):
        pause(world, lasts=4 * HOUR + MINUTE)
    with refused("ROLE_MISSING", by=NotAuthorised):
        pause(world, intent=world.signs(world.technician))
    with machine_change("test", action="test", reason="Test"):
        alarm.resolved_at = NOON
        alarm.save(update_fields=["resolved_at"])
    with refused("ALARM_OVER", by=ActionRefused):
        pause(world, alarm)
    assert not AlarmPause.objects.exists()

    long = AlarmPause(unit=world.tank, reason="Service", began_at=NOON, until=NOON + 5 * HOUR)
    long.paused_by = world.qa
    with (
        pytest.raises(DatabaseError, match="four_hours_at_most"),
        machine_change("test", action="test", reason="Test"),
    ):
        long.save(force_insert=True)


@pytest.mark.urs("URS-109")
def test_a_person_ends_a_pause_of_one_alarm_once(world: World, alarm: Alarm) -> None:
    made = pause(world, alarm)
    by = world.says(world.technician, "Service is done")

    end_alarm_pause(pause_id=made.pk, by=by, at=NOON + 2 * MINUTE)

    alarm.refresh_from_db()
    assert alarm.told_from == NOON + 2 * MINUTE
    with refused("PAUSE_ENDED", by=ActionRefused):
        end_alarm_pause(pause_id=made.pk, by=by, at=NOON + 3 * MINUTE)


@pytest.mark.urs("URS-107")
def test_of_two_who_acknowledge_at_once_one_does(world: World, alarm: Alarm) -> None:
    outcomes = race(
        lambda: acknowledge(world, alarm, "Mine"),
        lambda: acknowledge(world, alarm, "No, mine"),
        meet_in="temperature.actions.acknowledge_alarm.refusals_to_acknowledge",
    )

    assert len(winners(outcomes)) == 1
    assert [codes for outcome in outcomes if (codes := outcome.codes)] == [["ACKNOWLEDGED_ALREADY"]]


@pytest.mark.urs("URS-107")
def test_without_the_lock_one_comment_is_lost(world: World, alarm: Alarm) -> None:
    with without_locks():
        outcomes = race(
            lambda: acknowledge(world, alarm, "Mine"),
            lambda: acknowledge(world, alarm, "No, mine"),
            meet_in="temperature.actions.acknowledge_alarm.refusals_to_acknowledge",
        )

    assert len(winners(outcomes)) == 2


@pytest.mark.urs("URS-109")
def test_a_pause_that_ends_while_somebody_extends_it_leaves_one_silence(
    world: World, alarm: Alarm
) -> None:
    made = pause(world)
    [extends, ends] = race(
        lambda: pause(world, at=made.until, lasts=2 * HOUR),
        lambda: end_due_pause(pause_id=made.pk, at=made.until),
        meet_in=(
            "temperature.actions.pause_alarms.refusals_to_pause",
            "temperature.actions.end_due_pause.rearm",
        ),
    )

    assert (extends.error, ends.error) == (None, None)
    running = AlarmPause.objects.running(made.until + MINUTE).get()
    assert running.until == made.until + 2 * HOUR
    made.refresh_from_db()
    alarm.refresh_from_db()
    called = made.ended_by is None  # the clock came first: it called, and is silent again
    assert (made.ended_at, alarm.told_from) == (made.until, made.until if called else NOON)
