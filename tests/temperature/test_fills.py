"""A level that does not follow its fills: excursion, alarm and words, out of stored readings."""

from datetime import datetime, timedelta
from random import Random

import pytest

from temperature.models import (
    Alarm,
    AlarmCause,
    Excursion,
    ExcursionRule,
    Level,
    Notification,
    Probe,
    ProbeState,
    Quantity,
)
from temperature.rules.filling import FillRules
from temperature.rules.fills import without_fill
from temperature.rules.intervals import Point, Stretch, silent_after
from temperature.telling import tell_what_is_due
from temperature.watching import judge_readings
from temperature.words_of_alarms import message_of
from tests.factories.telling import ChannelFactory, ContactFactory
from tests.factories.temperature import (
    FittingFactory,
    LimitVersionFactory,
    ProbeFactory,
    arrived_every,
)
from tests.world import NOON, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urs("URS-105", "URS-107")]

HOUR, STEP = timedelta(hours=1), timedelta(minutes=5)
START = NOON - 100 * HOUR


def gauge(world: World, rules: FillRules) -> Probe:
    """Return the gauge of a tank whose level is judged by these fills."""
    probe: Probe = ProbeFactory.create(
        feed__site=world.site, quantity=Quantity.LEVEL, expected_every=HOUR
    )
    FittingFactory.create(probe=probe, unit=world.tank, zone="level", began_at=START)
    LimitVersionFactory.create(
        profile__unit=world.tank,
        profile__quantity=Quantity.LEVEL,
        setpoint=80.0,
        bands=[{"level": "warning", "side": "below", "limit": 20.0, "delay_seconds": 0}],
        filling=rules.as_json(),
    )
    return probe


def reads(probe: Probe, levels: list[float], *, every: timedelta, start: datetime) -> None:
    """Let levels come and be judged one after the other, as they do."""
    for step, level in enumerate(levels):
        at = start + every * step
        arrived_every(probe, [level], start=at, at=at, every=every)
        judge_readings(at=at)


def test_a_shut_valve_calls_a_quarter_of_an_hour_after_the_fill_began(world: World) -> None:
    ChannelFactory.create()
    ContactFactory.create(person=world.qa)
    probe = gauge(world, FillRules(starts_at=40.0))

    reads(probe, [41.0, 40.0, 39.9, 39.8], every=STEP, start=NOON)
    assert not Excursion.objects.exists()
    reads(probe, [39.7], every=STEP, start=NOON + 4 * STEP)

    one = Excursion.objects.get()
    assert (one.rule, one.level, one.began_at) == ("no_rise", Level.ACTION, NOON + STEP)
    alarm = Alarm.objects.get(cause=AlarmCause.EXCURSION)
    assert (alarm.level, alarm.is_late) == (Level.ACTION, False)
    tell_what_is_due(at=NOON + 4 * STEP)
    message = message_of(Notification.objects.get(telling__alarm=alarm), at=NOON)
    assert message.subject == (
        f"ACTION: {world.tank.name}, level does not rise though a fill began"
    )

    reads(probe, [60.0], every=STEP, start=NOON + 5 * STEP)
    assert Excursion.objects.get().ended_at == NOON + 5 * STEP
    assert Alarm.objects.get(cause=AlarmCause.EXCURSION).resolved_at == NOON + 5 * STEP


def test_days_without_a_fill_are_one_excursion_that_stays_the_same(world: World) -> None:
    probe = gauge(world, FillRules(every=24 * HOUR))

    reads(probe, [70.0, 80.0, *(80 - h / 2 for h in range(60))], every=HOUR, start=START)

    one = Excursion.objects.get()
    assert (one.rule, one.ended_at) == (ExcursionRule.TWO_FILLS, None)
    assert one.began_at == START + 50 * HOUR, "the first reading after twice 24 h without a rise"
    assert (
        Alarm.objects.get(cause=AlarmCause.EXCURSION).what == "Level has fallen through two fills"
    )


@pytest.mark.urs("URS-111")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_judged_one_by_one_it_is_what_all_readings_show_together(world: World, seed: int) -> None:
    rules = FillRules(starts_at=45.0, every=2 * HOUR, rise=4.0)
    probe = gauge(world, rules)
    dice = Random(seed)  # noqa: S311 - levels of a test
    levels, level = [], 60.0
    for _ in range(90):
        level += dice.choice([-3.0, -3.0, -2.0, -1.0, 0.5, 9.0]) if 25 < level < 85 else 55 - level
        levels.append(level)

    reads(probe, levels, every=HOUR, start=START)

    points = [Point(START + HOUR * step, each) for step, each in enumerate(levels)]
    tank = Stretch(unit_id=1, begins_at=START, ends_at=None, limits_id=9, fills=rules)
    shown = without_fill(points, tank, silent=silent_after(HOUR), until=points[-1].at)
    rows = Excursion.objects.standing().exclude(rule=ExcursionRule.LIMIT)
    written = {(row.rule, row.began_at, row.ended_at) for row in rows}
    assert written == {(one.rule, one.began_at, one.ended_at) for one in shown}
    assert len({rule for rule, _, _ in written}) == 2, "both were broken"
    assert Excursion.objects.filter(is_withdrawn=True).count() == 0


def test_judging_all_of_it_again_finds_the_same(world: World) -> None:
    probe = gauge(world, FillRules(every=24 * HOUR, starts_at=45.0))
    levels = [top - 20 + step for top in (90, 85, 80) for step in (0, 10, 20, *range(20, 0, -1))]
    reads(probe, [float(level) for level in levels], every=HOUR, start=START)
    before = list(Excursion.objects.order_by("pk").values())

    ProbeState.objects.filter(probe=probe).update(dirty_from=START)
    judge_readings(at=START + len(levels) * HOUR)

    assert list(Excursion.objects.order_by("pk").values()) == before
    assert {row["rule"] for row in before} == {"two_fills"}
