"""Drills that begin at a probe: it is warmed, and the whole chain answers in time, or does not."""

from contextlib import nullcontext
from datetime import datetime, timedelta

import pytest
from django.core import mail

from audit.changes import machine_change
from audit.errors import NotFound
from inventory.models import Site
from temperature.actions.acknowledge_alarm import acknowledge_alarm
from temperature.actions.follow_probe_drill import follow_probe_drill
from temperature.actions.start_probe_drill import start_probe_drill
from temperature.models import (
    Alarm,
    AlarmPause,
    DrillResult,
    Excursion,
    Level,
    Notification,
    Probe,
    ProbeDrill,
)
from temperature.probe_drills import drill_of
from temperature.queries.drills import overdue_drills, probe_drill_lines
from temperature.rules.probe_drills import Chain, missing_link, result_of
from temperature.telling import tell_what_is_due
from temperature.watching import judge_readings
from temperature.watching_drills import watch_probe_drills
from tests.custody.racing import race, winners, without_locks
from tests.factories.telling import ChannelFactory, ContactFactory, OnCallFactory
from tests.factories.temperature import (
    CalibrationFactory,
    FittingFactory,
    LimitVersionFactory,
    ProbeFactory,
    arrived,
    fitted_probe,
)
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-107", "URS-110")

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def probe(world: World) -> Probe:
    """Return a cold probe of a tank with limits; the supervisor is on call by e-mail."""
    LimitVersionFactory.create(profile__unit=world.tank)
    made: Probe = ProbeFactory.create(feed__site=world.site)
    FittingFactory.create(probe=made, unit=world.tank, began_at=NOON - MINUTE)
    CalibrationFactory.create(probe=made)
    ChannelFactory.create()
    ContactFactory.create(person=world.supervisor)
    OnCallFactory.create(site=world.site, person=world.supervisor)
    happens(made, -190.0, at=NOON - MINUTE)
    return made


def happens(probe: Probe, celsius: float, *, at: datetime) -> None:
    """Let a reading come, be judged, and whoever is due be told, as the clock does it."""
    arrived(probe, [celsius], start=at, at=at)
    judge_readings(at=at)
    tell_what_is_due(at=at)
    watch_probe_drills(at=at)


def acknowledged(world: World, *, at: datetime) -> None:
    """Let a technician take the alarm on."""
    alarm = Alarm.objects.get()
    by = world.says(world.technician, "I warm it for the drill")
    acknowledge_alarm(alarm_id=alarm.pk, shown=Level(alarm.level), by=by, at=at)
    watch_probe_drills(at=at)


def test_is_passed_when_reading_alarm_message_and_person_all_came_in_time(
    world: World, probe: Probe
) -> None:
    sites = Site.objects.filter(pk=world.site.pk)
    drill = start_probe_drill(probe_id=probe.pk, intent=world.signs(world.qa), at=NOON)
    assert_signed_and_kept(drill, action="start_probe_drill")
    assert drill.until == NOON + 30 * MINUTE
    assert Alarm.objects.count() == 0, "nothing is made up"
    assert watch_probe_drills(at=NOON) == 0, "waiting writes nothing"

    happens(probe, -120.0, at=NOON + MINUTE)

    [message] = mail.outbox
    assert message.to == [Notification.objects.get().to]
    assert message.subject.startswith(f"DRILL of probe {probe.code}: CRITICAL")
    assert message.body.startswith(f"DRILL of probe {probe.code}, started by {world.qa.full_name}")
    assert "The reading is real" in message.body
    assert list(overdue_drills(sites, at=NOON + 2 * MINUTE)) == [world.site]
    acknowledged(world, at=NOON + 3 * MINUTE)

    drill.refresh_from_db()
    found = Excursion.objects.get(level=Level.CRITICAL)
    assert (drill.result, drill.ended_at) == (DrillResult.PASSED, NOON + 3 * MINUTE)
    assert (drill.alarm, drill.excursion) == (Alarm.objects.get(), found)
    assert drill.acknowledged_by == world.technician
    [line] = probe_drill_lines(sites)
    assert [(came_at - NOON, after) for _, came_at, after in line.links] == [
        (MINUTE, MINUTE),
        (MINUTE, 0 * MINUTE),
        (MINUTE, 0 * MINUTE),
        (3 * MINUTE, 2 * MINUTE),
    ]
    assert drill_of(found) == drill
    assert list(overdue_drills(sites, at=NOON + 7 * DAY)) == []
    assert list(overdue_drills(sites, at=NOON + 8 * DAY)) == [world.site]

    happens(probe, -190.0, at=NOON + 4 * MINUTE)
    happens(probe, -120.0, at=NOON + 5 * MINUTE)
    later = Excursion.objects.latest("began_at")
    assert drill_of(later) is None
    assert "DRILL" not in mail.outbox[-1].subject, "what begins after a drill is none"
    assert follow_probe_drill(drill_id=drill.pk, at=NOON + DAY).ended_at == NOON + 3 * MINUTE


def test_is_failed_by_the_clock_and_counts_for_nothing(world: World, probe: Probe) -> None:
    drill = start_probe_drill(probe_id=probe.pk, intent=world.signs(world.qa), at=NOON)
    happens(probe, -120.0, at=NOON + MINUTE)
    watch_probe_drills(at=drill.until + MINUTE)
    drill.refresh_from_db()
    assert (drill.result, drill.told_at) == ("", NOON + MINUTE)

    acknowledged(world, at=drill.until + 2 * MINUTE)

    drill.refresh_from_db()
    assert (drill.result, drill.acknowledged_at) == (DrillResult.FAILED, None)
    assert drill.alarm == Alarm.objects.get(), "what came is kept"
    sites = Site.objects.filter(pk=world.site.pk)
    [line] = probe_drill_lines(sites)
    assert line.failed_by == "Nobody acknowledged it in time."
    assert list(overdue_drills(sites, at=NOON + DAY / 24)) == [world.site]


def test_refuses_what_would_prove_nothing(world: World, probe: Probe) -> None:
    happens(probe, -120.0, at=NOON)
    with machine_change("test set-up", action="set_up", reason="Silenced"):
        pause = AlarmPause(unit=world.tank, reason="Service", began_at=NOON, paused_by=world.qa)
        pause.until = NOON + 60 * MINUTE
        pause.save(force_insert=True)
    with refused("BEYOND_ALREADY", "ALARMS_SILENCED"):
        start_probe_drill(probe_id=probe.pk, intent=world.signs(world.qa), at=NOON)
    fitting = probe.fittings.get()
    with machine_change("test set-up", action="set_up", reason="Removed"):
        fitting.ended_at = NOON
        fitting.save(update_fields=["ended_at"])
    with refused("NOT_FITTED"):
        start_probe_drill(probe_id=probe.pk, intent=world.signs(world.qa), at=NOON)
    with pytest.raises(NotFound):
        start_probe_drill(probe_id=0, intent=world.signs(world.qa), at=NOON)
    for person in (world.technician, world.admin, world.inspector):
        with unauthorised():
            start_probe_drill(probe_id=probe.pk, intent=world.signs(person), at=NOON)


@pytest.mark.parametrize("locked", [True, False], ids=["by the lock", "by the database alone"])
def test_two_who_drill_one_probe_at_once_start_one_drill(
    committed_world: World, locked: bool
) -> None:
    world = committed_world
    drilled = fitted_probe(world.tank)
    intents = [world.signs(world.qa), world.signs(world.supervisor)]
    with nullcontext() if locked else without_locks():
        outcomes = race(
            lambda: start_probe_drill(probe_id=drilled.pk, intent=intents[0], at=NOON),
            lambda: start_probe_drill(probe_id=drilled.pk, intent=intents[1], at=NOON),
            meet_in="temperature.actions.start_probe_drill.rules_in_force",
        )

    assert len(winners(outcomes)) == 1
    assert [each.codes for each in outcomes if each.error] == [["PROBE_DRILL_GOES_ON"]]
    assert ProbeDrill.objects.count() == 1


def test_every_link_must_have_come_and_the_clock_decides() -> None:
    whole = {"read_at": NOON, "raised_at": NOON, "told_at": NOON, "acknowledged_at": NOON}
    for left, words in ((0, "raised"), (2, "told"), (3, "acknowledged it")):
        chain = Chain(**dict(list(whole.items())[:left]))
        assert words in missing_link(chain)
        assert result_of(chain, until=NOON, at=NOON + MINUTE) is None
        assert result_of(chain, until=NOON, at=NOON + 1.1 * MINUTE) is DrillResult.FAILED
    early = Chain(**whole | {"told_at": NOON + MINUTE})
    assert "before anybody was told" in missing_link(early)
    assert result_of(Chain(**whole), until=NOON, at=NOON + DAY) is DrillResult.PASSED
