"""Doors and mains: what their contacts raise, and what they must never touch."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError

from audit.changes import machine_change
from audit.models import Change
from custody.models import Exposure, Hold
from inventory.actions.add_container import add_container
from sop.models import Deviation
from temperature.actions.judge_calibration import judge_calibration
from temperature.actions.take_readings import take_readings
from temperature.arrivals import Arrival, Sample
from temperature.models import (
    Alarm,
    AlarmCause,
    ContactSpell,
    Excursion,
    Gap,
    GapCause,
    IntakeKind,
    Level,
    LimitVersion,
    Probe,
    ProbeState,
    Quantity,
    Reading,
    Rollup,
    Zone,
)
from temperature.queries.board import units_now
from temperature.rules.contact_limits import band_of_contact
from temperature.telling import tell_what_is_due
from temperature.watching import (
    judge_readings,
    watch_calibrations,
    watch_for_silence,
    watch_units,
)
from tests.factories.inventory import ContainerTypeFactory
from tests.factories.temperature import (
    CalibrationFactory,
    FittingFactory,
    LimitVersionFactory,
    ProbeFactory,
    arrived,
)
from tests.temperature.test_telling import on_call
from tests.world import NOON, World
from web.presenters import Mark
from web.temperature.board import states_of

pytestmark = pytest.mark.django_db(transaction=True)

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
START = NOON - 2 * 60 * MINUTE


def contact(world: World, **said: Any) -> Probe:
    """Return a contact at the door of the tank, which says something every minute."""
    quantity = said.pop("quantity", Quantity.DOOR)
    made: Probe = ProbeFactory.create(feed__site=world.site, quantity=quantity, **said)
    zone = Zone.DOOR if quantity == Quantity.DOOR else Zone.MAINS
    FittingFactory.create(probe=made, unit=world.tank, zone=zone, began_at=START)
    return made


@pytest.fixture
def door(world: World) -> Probe:
    """Return a door of the tank: warning after two minutes, action after ten."""
    LimitVersionFactory.create(
        profile__unit=world.tank,
        profile__quantity=Quantity.DOOR,
        setpoint=0.0,
        dead_band=0.0,
        bands=[
            band_of_contact(Level.WARNING, 2).as_json(),
            band_of_contact(Level.ACTION, 10).as_json(),
        ],
    )
    return contact(world)


@pytest.fixture
def thermometer(world: World) -> Probe:
    """Return a calibrated thermometer of the same tank, with limits."""
    LimitVersionFactory.create(profile__unit=world.tank)
    made: Probe = ProbeFactory.create(feed__site=world.site)
    FittingFactory.create(probe=made, unit=world.tank, began_at=START)
    CalibrationFactory.create(probe=made)
    return made


def says(probe: Probe, *said: tuple[datetime, float | None], at: datetime | None = None) -> None:
    """Let what a contact says come in and be judged, at its last word unless told otherwise."""
    samples = [Sample(probe.channel, when, value) for when, value in said]
    arrival = Arrival(kind=IntakeKind.PUSHED, body=repr(samples).encode(), samples=samples)
    at = at or samples[-1].at
    take_readings(feed_id=probe.feed_id, arrival=arrival, at=at)
    judge_readings(at=at)


@pytest.mark.urs("URS-104", "URS-107", "URS-108")
def test_a_door_left_open_warns_then_calls_for_action_and_is_over_when_shut(door: Probe) -> None:
    says(door, (START, 0), (START + MINUTE, 1))
    assert not Alarm.objects.exists()

    watch_for_silence(at=START + 2.5 * MINUTE)
    assert not Alarm.objects.exists()
    watch_for_silence(at=START + 3 * MINUTE)  # no reading came: the clock finds it
    alarm = Alarm.objects.get()
    assert (alarm.cause, alarm.level, alarm.what) == (
        AlarmCause.EXCURSION, Level.WARNING, "Door open"
    )  # fmt: skip

    says(door, *((START + step * MINUTE, 1) for step in range(2, 12)))
    alarm.refresh_from_db()
    assert (alarm.level, alarm.resolved_at) == (Level.ACTION, None)

    says(door, (START + 12 * MINUTE, 0), at=START + 12 * MINUTE + 10 * SECOND)
    alarm.refresh_from_db()
    assert alarm.resolved_at == START + 12 * MINUTE + 10 * SECOND
    rows = Excursion.objects.order_by("found_at")
    assert [(row.level, row.began_at, row.ended_at, row.seconds_beyond) for row in rows] == [
        (level, START + MINUTE, START + 12 * MINUTE, 11 * 60) for level in ("warning", "action")
    ]
    spell = ContactSpell.objects.get()
    assert (spell.began_at, spell.ended_at, spell.seconds, spell.times) == (
        START + MINUTE, START + 12 * MINUTE, 11 * 60, 1
    )  # fmt: skip


@pytest.mark.urs("URS-107", "URS-110")
def test_the_message_says_in_words_for_how_long_it_is_open(world: World, door: Probe) -> None:
    on_call(world)
    says(door, (START, 1))
    watch_for_silence(at=START + 2 * MINUTE)

    tell_what_is_due(at=START + 4 * MINUTE)

    [message] = mail.outbox
    assert message.subject == f"WARNING: {world.tank.name}, door open"
    assert "Door open for 4 min, since 2026-11-20 11:00+01:00." in message.body


@pytest.mark.urs("URS-105", "URS-113")
def test_an_open_door_touches_no_product(world: World, door: Probe) -> None:
    world.stored(2)

    says(door, *((START + step * MINUTE, 1) for step in range(30)))

    assert Excursion.objects.filter(level=Level.ACTION).exists()
    assert not Exposure.objects.exists()
    assert not Hold.objects.exists()
    assert not Deviation.objects.exists()


@pytest.mark.urs("URS-108", "URS-112")
def test_a_silent_contact_warns_and_leaves_the_verdict_of_temperature_alone(
    world: World, door: Probe, thermometer: Probe
) -> None:
    says(door, (START, 0))
    at = START + 60 * MINUTE
    arrived(thermometer, [-190.0 + step / 100 for step in range(60)], start=START, at=at)
    judge_readings(at=at)
    watch_for_silence(at=at)
    watch_units(at=at)

    gap, alarm = Gap.objects.get(), Alarm.objects.get()
    assert (gap.probe, gap.cause) == (door, GapCause.SILENT)
    assert (alarm.cause, alarm.level) == (AlarmCause.GAP, Level.WARNING)
    assert alarm.what == "Door contact says nothing"
    now = units_now([world.tank], at=at)[0]
    states = states_of(now, None)
    assert now.warmest is not None
    assert Mark.GREY not in {state.mark for state in states}
    assert [state.word for state in states] == ["Door contact says nothing"]


@pytest.mark.urs("URS-108")
def test_a_contact_that_speaks_does_not_hide_that_every_thermometer_is_silent(
    world: World, door: Probe, thermometer: Probe
) -> None:
    arrived(thermometer, [-190.0], start=START, at=START)
    says(door, *((START + step * MINUTE, 0) for step in range(60)))
    watch_for_silence(at=START + 60 * MINUTE)
    watch_units(at=START + 60 * MINUTE)

    assert Alarm.objects.filter(cause=AlarmCause.BLIND, level=Level.CRITICAL).exists()
    now = units_now([world.tank], at=START + 60 * MINUTE)[0]
    assert now.heard_at == START
    assert states_of(now, None)[0].mark == Mark.GREY


@pytest.mark.urs("URS-108")
def test_a_unit_of_which_only_a_contact_is_silent_is_not_blind(world: World, door: Probe) -> None:
    says(door, (START, 0))
    watch_for_silence(at=START + 60 * MINUTE)

    assert watch_units(at=START + 60 * MINUTE) == 0
    assert not Alarm.objects.filter(cause=AlarmCause.BLIND).exists()


@pytest.mark.urs("URS-30")
def test_a_contact_is_due_no_calibration(door: Probe) -> None:
    assert watch_calibrations(at=NOON) == 0
    judge_calibration(probe_id=door.pk, at=NOON)

    assert not Alarm.objects.exists()


@pytest.mark.urs("URS-108", "URS-112")
def test_standing_still_for_days_is_normal(door: Probe) -> None:
    says(door, *((START + step * MINUTE, 0) for step in range(120)))

    assert not Gap.objects.exists()
    with pytest.raises(IntegrityError, match="a_contact_may_stand_still"):
        ProbeFactory.create(feed=door.feed, quantity=Quantity.DOOR, flat_after=MINUTE)


@pytest.mark.urs("URS-107", "URS-111")
def test_flapping_a_hundred_times_a_second_is_one_alarm_and_one_opening(door: Probe) -> None:
    said = [(START + SECOND * (step / 100), float(step % 2 == 0)) for step in range(18_000)]
    for start in range(0, len(said), 3_000):
        says(door, *said[start : start + 3_000])

    assert Reading.objects.filter(probe=door).count() == 18_000
    assert Excursion.objects.count() == 1
    alarm = Alarm.objects.get()
    assert (alarm.level, alarm.resolved_at) == (Level.WARNING, None)
    assert alarm.history.count() == 1
    spell = ContactSpell.objects.get()
    assert (spell.ended_at, spell.times) == (None, 9_000)
    changes = Change.objects.filter(action="judge_readings").count()
    assert changes < 5
    later = START + 3 * MINUTE + 10 * SECOND
    judge_readings(at=later)  # stays to be judged until the contact has settled
    alarm.refresh_from_db()
    assert alarm.resolved_at == later
    assert not ProbeState.objects.filter(dirty_from__isnull=False).exists()


@pytest.mark.urs("URS-111")
def test_late_words_are_judged_as_words_in_time(door: Probe) -> None:
    says(door, (START, 0), (START + 5 * MINUTE, 1), (START + 6 * MINUTE, 1))
    watch_for_silence(at=START + 8 * MINUTE)
    assert Alarm.objects.open().exists()

    says(door, (START + 5.5 * MINUTE, 0), (START + 6.5 * MINUTE, 0), at=START + 9 * MINUTE)

    assert not Alarm.objects.open().exists()
    assert not Excursion.objects.standing().exists()
    spans = ContactSpell.objects.order_by("began_at").values_list("began_at", "ended_at")
    assert list(spans) == [
        (START + 5 * MINUTE, START + 5.5 * MINUTE),
        (START + 6 * MINUTE, START + 6.5 * MINUTE),
    ]


@pytest.mark.urs("URS-111")
def test_the_same_again_and_another_word_for_one_time_change_nothing(door: Probe) -> None:
    said = [(START, 0.0), (START + MINUTE, 1.0), (START + 2 * MINUTE, 0.0)]
    says(door, *said, at=START + 2.5 * MINUTE)
    before = list(ContactSpell.objects.values_list("began_at", "ended_at", "times"))
    says(door, *said, at=START + 3 * MINUTE)
    says(door, (START + MINUTE, 0.0), at=START + 4 * MINUTE)

    assert Reading.objects.get(probe=door, device_at=START + MINUTE).value == 1.0
    assert list(ContactSpell.objects.values_list("began_at", "ended_at", "times")) == before


@pytest.mark.urs("URS-105")
def test_two_doors_of_one_unit_are_two_contacts(world: World, door: Probe) -> None:
    inner = contact(world, feed=door.feed)
    said = [Sample(door.channel, START, 1), Sample(inner.channel, START, 0)]
    said += [Sample(inner.channel, START + MINUTE, 1), Sample(door.channel, START + MINUTE, 0)]
    arrival = Arrival(kind=IntakeKind.POLLED, body=b"{}", samples=said)
    take_readings(feed_id=door.feed_id, arrival=arrival, at=START + MINUTE)
    judge_readings(at=START + 2 * MINUTE)

    spans = ContactSpell.objects.order_by("began_at").values_list("probe", "began_at", "ended_at")
    assert list(spans) == [
        (door.pk, START, START + MINUTE),
        (inner.pk, START + MINUTE, None),
    ]
    assert not Gap.objects.filter(cause=GapCause.DISAGREES).exists()


@pytest.mark.urs("URS-105", "URS-112")
def test_what_a_moved_contact_said_belongs_to_where_it_sat(world: World, door: Probe) -> None:
    freezer = add_container(
        type_id=ContainerTypeFactory.create().pk,
        name="ULT-01",
        site_id=world.site.pk,
        intent=world.signs(world.admin),
    )
    moved_at = START + 3 * MINUTE
    with machine_change("test set-up", action="set_up", reason="Moved"):
        sat = door.fittings.get()
        sat.ended_at = moved_at
        sat.save(update_fields=["ended_at"])
    FittingFactory.create(probe=door, unit=freezer, zone=Zone.DOOR, began_at=moved_at)

    says(door, (START + MINUTE, 1), (START + 4 * MINUTE, 1), (START + 5 * MINUTE, 0), at=NOON)

    rows = ContactSpell.objects.order_by("began_at").values_list("unit", "began_at", "ended_at")
    assert list(rows) == [
        (world.tank.pk, START + MINUTE, moved_at),
        (freezer.pk, START + 4 * MINUTE, START + 5 * MINUTE),
    ]


@pytest.mark.urs("URS-107")
def test_mains_that_failed_are_said_so(world: World) -> None:
    LimitVersionFactory.create(
        profile__unit=world.tank,
        profile__quantity=Quantity.POWER,
        setpoint=0.0,
        dead_band=0.0,
        bands=[band_of_contact(Level.ACTION, 0).as_json()],
    )
    mains = contact(world, quantity=Quantity.POWER)

    says(mains, (START, 1))

    assert [alarm.what for alarm in Alarm.objects.all()] == ["Mains failed"]


@pytest.mark.urs("URS-111")
def test_no_mean_is_taken_of_states(door: Probe) -> None:
    says(door, (START, 0), (START + MINUTE, 1), (START + 2 * MINUTE, 7.0))

    for row in Rollup.objects.all():
        assert (row.readings, row.usable, row.lowest, row.highest) == (3, 2, 0.0, 1.0)
        assert (row.mean, row.method) == (None, "states-1")
    assert LimitVersion.objects.count() == 1
