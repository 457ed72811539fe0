"""What stands in a unit that no probe measures any more is held, where quality signed so."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from audit.changes import machine_change
from custody.actions.hold_blind_unit import hold_blind_unit
from custody.actions.release_hold import release_hold
from custody.actions.set_handling_rules import set_handling_rules
from custody.chain import check_chains
from custody.models import CustodyEvent, EventKind, Hold
from custody.watching import watch_blind_units
from inventory.models import Vial
from temperature.models import Alarm, AlarmCause, Gap, Probe
from temperature.watching import judge_readings, watch_for_silence
from tests.browsing import Browser
from tests.custody.racing import race
from tests.factories.temperature import arrived, fitted_probe
from tests.world import NOON, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-108", "URS-113")]

MINUTE = timedelta(minutes=1)


def silent_since_noon(world: World) -> list[Probe]:
    """Return the two probes of the tank, heard at noon and never again."""
    probes = [fitted_probe(world.tank) for _ in range(2)]
    speak(probes, minute=0)
    return probes


def speak(probes: list[Probe], *, minute: int) -> None:
    at = NOON + minute * MINUTE
    for probe in probes:
        arrived(probe, [-190.0], start=at, at=at)
    judge_readings(at=at)


def look(*, minute: int) -> int:
    """Look after silence and blind units as the clock does."""
    at = NOON + minute * MINUTE
    watch_for_silence(at=at)
    return watch_blind_units(at=at)


def held_from(world: World, minutes: int | None) -> None:
    set_handling_rules(
        late_entry_hours=24, blind_hold_minutes=minutes, intent=world.signs(world.qa)
    )


def held(hold: Hold) -> set[int]:
    return set(hold.held_vials.open().values_list("vial", flat=True))


def test_holds_once_what_stands_in_a_blind_unit_as_long_as_quality_signed(world: World) -> None:
    there = world.stored(2)
    held_from(world, 20)
    silent_since_noon(world)

    assert look(minute=19) == 0
    assert Alarm.objects.filter(cause=AlarmCause.BLIND).exists()
    assert look(minute=20) == 1

    hold = Hold.objects.get()
    assert (hold.gap, hold.excursion, hold.placed_by) == (
        Alarm.objects.get(cause=AlarmCause.BLIND).gap,
        None,
        None,
    )
    assert hold.rules is not None
    assert hold.reason == (
        f"Held by itself: no probe of {world.tank.name} measures while it stands there"
    )
    assert held(hold) == {vial.pk for vial in there}
    events = CustodyEvent.objects.filter(kind=EventKind.HELD)
    assert {event.vial_id for event in events} == held(hold)
    chains = check_chains([vial.pk for vial in there])
    assert all(found.intact and found.unbroken for found in chains.values())
    assert look(minute=21) == 0, "it is held once"
    desk = Browser()
    desk.force_login(world.qa)
    assert "the time without measurement" in desk.get(f"/quality/holds/{hold.pk}/").text


@pytest.mark.parametrize("rule", ["none", "one that says never"])
def test_holds_nothing_as_delivered_or_where_quality_says_never(world: World, rule: str) -> None:
    if rule != "none":
        held_from(world, None)
    world.stored()
    silent_since_noon(world)

    assert look(minute=200) == 0
    assert not Hold.objects.exists()


def test_one_probe_that_speaks_is_enough(world: World) -> None:
    world.stored()
    held_from(world, 0)
    first, _ = silent_since_noon(world)
    for minute in range(1, 11):
        speak([first], minute=minute)

    assert look(minute=11) == 0


def test_what_quality_released_is_not_held_again_for_the_same_silence(world: World) -> None:
    world.stored()
    held_from(world, 0)
    probes = silent_since_noon(world)
    assert look(minute=5) == 1
    release_hold(hold_id=Hold.objects.get().pk, intent=world.signs(world.qa), at=NOON + 6 * MINUTE)
    assert look(minute=7) == 0

    speak(probes, minute=8)
    assert look(minute=20) == 1, "another silence is another one"
    assert Hold.objects.count() == 2


def test_an_empty_unit_has_nothing_to_hold(world: World) -> None:
    held_from(world, 0)
    silent_since_noon(world)

    look(minute=5)

    assert not Hold.objects.exists()


def test_two_that_look_at_once_hold_once(committed_world: World) -> None:
    committed_world.stored()
    held_from(committed_world, 0)
    silent_since_noon(committed_world)
    watch_for_silence(at=NOON + 5 * MINUTE)
    alarm = Alarm.objects.get(cause=AlarmCause.BLIND)

    def hold() -> Hold | None:
        return hold_blind_unit(alarm_id=alarm.pk, at=NOON + 5 * MINUTE)

    race(hold, hold, meet_in="custody.actions.hold_blind_unit.blind_to_hold")

    assert Hold.objects.count() == 1
    assert Vial.objects.filter(holds__released_at__isnull=True).count() == 1


def test_a_hold_follows_one_thing(world: World) -> None:
    silent_since_noon(world)
    watch_for_silence(at=NOON + 5 * MINUTE)
    hold = Hold(scope="unit", subject="X", reason="x", placed_at=NOON, gap=Gap.objects.first())
    hold.placed_by = world.qa
    with (
        pytest.raises(IntegrityError, match="custody_a_hold_is_by_a_person_or_by_rule"),
        machine_change("test", action="test", reason="Past the rules"),
    ):
        hold.save(force_insert=True)
