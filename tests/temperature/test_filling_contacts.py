"""A filling contact says when a fill begins: the level that does not follow calls for action."""

from datetime import datetime, timedelta
from random import Random

import pytest

from sop.models import Deviation
from temperature.models import (
    Alarm,
    AlarmCause,
    ContactSpell,
    Excursion,
    ExcursionRule,
    Gap,
    Level,
    Probe,
    Quantity,
    Reading,
    Zone,
)
from temperature.rules.filling import FillRules
from temperature.watching import judge_readings, watch_for_silence, watch_units
from tests.factories.temperature import FittingFactory, LimitVersionFactory, ProbeFactory
from tests.temperature.walking import Gateway, clock_at, gateway_of, seen, workers_turn
from tests.web.views.test_configure import desk_of
from tests.world import NOON, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-105", "URS-107")]

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
STEP = 5 * MINUTE
Row = tuple[Probe, datetime, float]


@pytest.fixture
def gateway(world: World) -> Gateway:
    """Return the gateway that reads the tank."""
    return gateway_of(world, settings={"contacts": [{"channel": "V-1"}]})


@pytest.fixture
def gauge(world: World, gateway: Gateway) -> Probe:
    """Return the level of the tank, which is filled daily."""
    LimitVersionFactory.create(
        profile__unit=world.tank,
        profile__quantity=Quantity.LEVEL,
        setpoint=80.0,
        bands=[{"level": "warning", "side": "below", "limit": 20.0, "delay_seconds": 0}],
        filling=FillRules(every=24 * HOUR).as_json(),
    )
    probe: Probe = ProbeFactory.create(
        feed=gateway.feed, quantity=Quantity.LEVEL, expected_every=STEP, channel="L-1"
    )
    FittingFactory.create(probe=probe, unit=world.tank, zone=Zone.LEVEL, began_at=NOON)
    return probe


@pytest.fixture
def valve(world: World, gateway: Gateway) -> Probe:
    """Return the contact of the filling valve of the tank."""
    probe: Probe = ProbeFactory.create(
        feed=gateway.feed, quantity=Quantity.FILLING, expected_every=STEP, channel="V-1"
    )
    FittingFactory.create(probe=probe, unit=world.tank, zone=Zone.FILLING, began_at=NOON)
    return probe


def come(gateway: Gateway, *rows: Row) -> None:
    """Let readings come and be judged one after the other, as they were made."""
    for row in sorted(rows, key=lambda row: row[1]):
        gateway.sends([row], at=row[1])
        judge_readings(at=row[1])
    settle(max(at for _, at, _ in rows))


def settle(at: datetime) -> None:
    """Judge what contacts had to settle for."""
    judge_readings(at=at + 10 * timedelta(seconds=1))


def levels(gauge: Probe, *values: float, start: datetime = NOON) -> list[Row]:
    """Return levels that were read one after the other."""
    return [(gauge, start + step * STEP, value) for step, value in enumerate(values)]


def no_rise() -> Excursion | None:
    """Return the time in which the level did not rise, as it stands."""
    return Excursion.objects.standing().filter(rule=ExcursionRule.NO_RISE).first()


def test_no_rise_after_the_valve_opened_calls_for_action_whatever_the_level(
    world: World, gateway: Gateway, gauge: Probe, valve: Probe
) -> None:
    come(gateway, *levels(gauge, 70.0, 69.9), (valve, NOON, 0), (valve, NOON + 7 * MINUTE, 1))
    come(gateway, *levels(gauge, 69.8, 69.8, start=NOON + 2 * STEP))
    assert no_rise() is None

    workers_turn(NOON + 4 * STEP)
    rows = levels(gauge, 69.7, 69.7, start=NOON + 4 * STEP)
    come(gateway, *rows, (valve, NOON + 4 * STEP, 1))

    one = no_rise()
    assert one is not None
    assert (one.probe, one.level, one.limit) == (gauge, Level.ACTION, 69.9)
    assert (one.began_at, one.ended_at) == (NOON + 7 * MINUTE, None)
    alarm = Alarm.objects.get(cause=AlarmCause.EXCURSION)
    assert (alarm.level, alarm.what) == (Level.ACTION, "Level does not rise though a fill began")
    page = seen(world.technician, f"/temperature/units/{world.tank.pk}/", at=NOON + 5 * STEP)
    assert "Filling valve open for" in page
    assert f"{valve.code}: filling valve open once" in page

    come(gateway, *levels(gauge, 75.0, 80.0, start=NOON + 6 * STEP))
    over = no_rise()
    assert over is not None
    assert over.ended_at == NOON + 6 * STEP
    alarm.refresh_from_db()
    assert alarm.resolved_at is not None


def test_a_fill_that_raises_the_level_is_an_event_and_no_trouble(
    world: World, gateway: Gateway, gauge: Probe, valve: Probe
) -> None:
    rows = levels(gauge, 60.0, 59.9, 63.0, 70.0, 80.0, 80.0, 79.9)
    shut = NOON + 22 * MINUTE
    come(gateway, *rows, (valve, NOON, 0), (valve, NOON + 6 * MINUTE, 1), (valve, shut, 0))

    assert no_rise() is None
    spell = ContactSpell.objects.get()
    assert (spell.unit, spell.began_at, spell.ended_at) == (world.tank, NOON + 6 * MINUTE, shut)
    at = NOON + HOUR
    asked = {"from": NOON.isoformat(), "to": at.isoformat()}
    with clock_at(at):
        desk = desk_of(world.technician)
        curve = desk.get(f"/temperature/units/{world.tank.pk}/readings.json", asked).json()
    [band] = curve["doors"]
    assert band["label"] == f"{valve.code}: filling valve open for 16 min"
    assert not Alarm.objects.filter(cause=AlarmCause.EXCURSION).exists()


@pytest.mark.urs("URS-111")
def test_what_the_valve_said_late_judges_the_level_as_if_in_time(
    gateway: Gateway, gauge: Probe, valve: Probe
) -> None:
    come(gateway, *levels(gauge, 70.0, 69.9, 69.8, 69.8, 69.7, 69.7))
    assert no_rise() is None

    at = NOON + 26 * MINUTE
    gateway.sends([(valve, NOON + 4 * MINUTE, 1), (valve, NOON + 24 * MINUTE, 1)], at=at)
    judge_readings(at=at)
    one = no_rise()
    assert one is not None
    assert one.began_at == NOON + 4 * MINUTE

    gateway.sends([(valve, NOON + 9 * MINUTE, 0)], at=at + MINUTE)
    settle(at + MINUTE)
    found = no_rise()
    assert found is None, "the valve shut before the level had to rise; it opened again just now"


@pytest.mark.urs("URS-111")
@pytest.mark.parametrize("seed", [1, 2])
def test_in_any_order_it_is_what_came_in_time(
    gateway: Gateway, gauge: Probe, valve: Probe, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311 - a repeatable order, nothing secret
    rows = levels(gauge, *([70.0] * 8), *([69.0] * 4), *([75.0] * 4), *([74.0] * 8))
    rows += [(valve, NOON + minute * MINUTE, on) for minute, on in enumerate([0, 0, 1, 1, 1])]
    rows += [(valve, NOON + 25 * MINUTE, 0), (valve, NOON + 93 * MINUTE, 1)]
    chance.shuffle(rows)
    at = NOON + 2 * HOUR

    for start in range(0, len(rows), 6):
        gateway.sends(rows[start : start + 6], at=at)
        judge_readings(at=at)

    found = Excursion.objects.standing().filter(rule=ExcursionRule.NO_RISE).order_by("began_at")
    assert list(found.values_list("began_at", "ended_at")) == [
        (NOON + 2 * MINUTE, NOON + 12 * STEP),
        (NOON + 93 * MINUTE, None),
    ]
    assert Reading.objects.count() == len(rows)


def test_the_contact_itself_touches_no_product_and_blinds_no_unit(
    world: World, gateway: Gateway, gauge: Probe, valve: Probe
) -> None:
    world.stored(2)
    come(gateway, *levels(gauge, 70.0, 80.0, 80.0), (valve, NOON, 1))
    at = NOON + 20 * MINUTE
    watch_for_silence(at=at)
    watch_units(at=at)

    gap = Gap.objects.get(probe=valve)
    assert gap.ended_at is None
    alarm = Alarm.objects.get(probe=valve)
    assert (alarm.level, alarm.what) == (Level.WARNING, "Filling valve contact says nothing")
    assert not Alarm.objects.filter(cause=AlarmCause.BLIND).exists()
    assert not Deviation.objects.exists()
