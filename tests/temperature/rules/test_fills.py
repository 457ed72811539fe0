"""A level that does not follow its fills, out of raw readings."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temperature.models import ExcursionRule, Level, Quantity, Side
from temperature.rules.filling import (
    FILLS_OF_NO_LEVEL,
    IMPOSSIBLE_FILLS,
    NO_FILLS,
    FillRules,
    refusals_of_filling,
)
from temperature.rules.fills import Valve, without_fill
from temperature.rules.intervals import Beyond, Point, Stretch
from tests.world import NOON

pytestmark = pytest.mark.urs("URS-105")

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
STEP = 5 * MINUTE
SILENT = 15 * MINUTE
BY_ITSELF = FillRules(starts_at=40.0)
DAILY = FillRules(every=24 * HOUR)


def tank(rules: FillRules | None) -> Stretch:
    """Return a tank whose level is judged by these fills."""
    return Stretch(unit_id=1, begins_at=NOON, ends_at=None, limits_id=9, fills=rules)


def found(
    levels: Iterable[float | None],
    rules: FillRules | None,
    *,
    every: timedelta = STEP,
    valves: Iterable[Valve] = (),
) -> list[Beyond]:
    """Judge levels read one after the other from noon on."""
    points = [Point(NOON + every * step, level) for step, level in enumerate(levels)]
    until = points[-1].at if points else NOON
    return without_fill(points, tank(rules), silent=max(SILENT, every), until=until, valves=valves)


def opened(minutes: float, *, shut: float | None = None) -> Valve:
    """Return a valve that opened so many minutes after noon, and is shut by then or still open."""
    return Valve(NOON + minutes * MINUTE, None if shut is None else NOON + shut * MINUTE)


def fills_to(*tops: float, hours: int = 20) -> list[float]:
    """Return hourly levels that rise by 20 % to each of these and fall by 1 % an hour between."""
    return [
        top - 20 + step for top in tops for step in (0, 10, 20, *(20 - h for h in range(hours)))
    ]


def test_no_rise_within_a_quarter_of_an_hour_after_the_fill_began_calls_for_action() -> None:
    [one] = found([41.0, 40.0, 39.9, 39.8, 39.7], BY_ITSELF)

    assert (one.rule, one.level, one.side) == (ExcursionRule.NO_RISE, Level.ACTION, Side.BELOW)
    assert (one.began_at, one.ended_at) == (NOON + STEP, None)
    assert (one.limit, one.peak, one.peak_at) == (40.0, 39.7, NOON + 4 * STEP)
    assert one.seconds == 900.0


@pytest.mark.parametrize(
    "levels",
    [
        [41.0, 40.0, 39.9, 40.5],
        [41.0, 40.0, 39.9, 42.0, 60.0, 80.0, 80.0],
        [41.0, 40.0, 41.0, 42.0, 43.0, 44.0, 45.0],
        [41.0, 40.9, 40.8, 40.7, 40.6, 40.5],
    ],
    ids=["no quarter of an hour yet", "it rises", "it rises slowly", "it is above the start"],
)
def test_a_fill_that_raises_the_level_in_time_is_none(levels: list[float]) -> None:
    assert found(levels, BY_ITSELF) == []


def test_it_ends_with_the_rise_and_not_with_a_gauge_that_wavers() -> None:
    [wavers] = found([40.0, 39.0, 40.9, 39.0, 40.1, 39.0], BY_ITSELF)
    [filled] = found([40.0, 39.9, 39.8, 39.7, 41.7, 60.0, 60.0], BY_ITSELF)

    assert wavers.ended_at is None
    assert (filled.ended_at, filled.seconds) == (NOON + 4 * STEP, 1200.0)


def test_silence_neither_ends_it_nor_adds_to_it() -> None:
    [one] = found([40.0, 39.9, None, None, None, None, None, 39.8], BY_ITSELF)

    assert (one.ended_at, one.seconds) == (None, 300.0)


def test_no_fill_in_twice_the_longest_time_between_two_is_falling_through_two_fills() -> None:
    levels = [90.0 - hour for hour in range(51)]

    assert found(levels[:49], DAILY, every=HOUR) == []
    [one] = found(levels, DAILY, every=HOUR)
    assert (one.rule, one.level) == (ExcursionRule.TWO_FILLS, Level.ACTION)
    assert (one.began_at, one.ended_at, one.peak) == (NOON + 49 * HOUR, None, 40.0)

    [over] = found([*levels, 60.0, 61.0], DAILY, every=HOUR)
    assert over.ended_at == NOON + 51 * HOUR


def test_two_fills_that_each_end_lower_are_falling_through_two_fills() -> None:
    levels = fills_to(90, 85, 80)
    second = NOON + 48 * HOUR

    [one] = found(levels, DAILY, every=HOUR)

    assert (one.rule, one.began_at, one.limit) == (ExcursionRule.TWO_FILLS, second, 80.0)
    assert one.ended_at is None


def test_it_is_over_once_a_fill_reaches_the_one_before() -> None:
    [still] = found(fills_to(90, 85, 80, 79), DAILY, every=HOUR)
    [over] = found(fills_to(90, 85, 80, 90), DAILY, every=HOUR)

    assert still.ended_at is None
    assert over.ended_at == NOON + 70 * HOUR, "the first reading that reaches the 80 % again"


@pytest.mark.parametrize(
    "tops", [(90, 85, 85), (90, 80, 85), (90, 89.5, 89), (85, 90), (90, 85)], ids=str
)
def test_fills_that_do_not_fall_by_a_fill_in_all_are_none(tops: Sequence[float]) -> None:
    assert found(fills_to(*tops), DAILY, every=HOUR) == []


def test_nothing_follows_where_nothing_was_signed() -> None:
    levels = [90.0 - hour for hour in range(90)]

    assert found(levels, None, every=HOUR) == []
    assert {one.rule for one in found(levels, BY_ITSELF, every=HOUR)} == {ExcursionRule.NO_RISE}


def test_both_go_on_side_by_side() -> None:
    both = found([90.0 - hour for hour in range(90)], replace(DAILY, starts_at=40.0), every=HOUR)

    assert sorted(one.rule for one in both) == ["no_rise", "two_fills"]


def test_a_stretch_that_is_over_ends_what_goes_on() -> None:
    points = [Point(NOON + STEP * step, 39.0) for step in range(9)]
    over = replace(tank(BY_ITSELF), ends_at=NOON + HOUR)

    [one] = without_fill(points, over, silent=SILENT, until=NOON + 2 * HOUR)

    assert one.ended_at == NOON + HOUR


def test_a_fill_begins_when_its_valve_opens_however_high_the_level_is() -> None:
    [one] = found([61.0, 60.9, 60.8, 60.7, 60.6], DAILY, valves=[opened(3)])

    assert (one.rule, one.level) == (ExcursionRule.NO_RISE, Level.ACTION)
    assert (one.began_at, one.ended_at) == (NOON + 3 * MINUTE, None)
    assert (one.limit, one.peak, one.peak_at) == (61.0, 60.6, NOON + 4 * STEP)


@pytest.mark.parametrize(
    ("levels", "valve"),
    [
        ([61.0, 60.9, 60.9, 60.9], opened(3)),
        ([61.0, 60.9, 63.0, 70.0, 80.0, 80.0, 80.0], opened(3, shut=20)),
        ([61.0, 60.9, 60.8, 60.7, 60.6, 60.5], opened(3, shut=10)),
        ([61.0, 60.9, 60.8, 60.7, 60.6, 60.5], opened(-40, shut=-10)),
        ([61.0, None, None, None, None, None, 60.9], opened(3, shut=20)),
        ([60.0, 70.0, 80.0, 80.0, 80.0, 80.0, 79.9], opened(6)),
    ],
    ids=[
        "no quarter of an hour yet",
        "it rises",
        "the valve was shut before it had to",
        "it was shut before the gauge was there",
        "the gauge was silent meanwhile",
        "it had risen before the contact said so",
    ],
)
def test_a_valve_that_opens_is_none_while(levels: list[float | None], valve: Valve) -> None:
    assert found(levels, DAILY, valves=[valve]) == []


def test_what_the_valve_began_goes_on_until_it_rises_though_the_valve_shut() -> None:
    levels = [61.0, 60.9, 60.8, 60.7, 60.6, 60.5, 70.0, 80.0]

    [still] = found(levels[:6], DAILY, valves=[opened(3, shut=19)])
    [over] = found(levels, DAILY, valves=[opened(3, shut=19)])

    assert (still.ended_at, over.ended_at) == (None, NOON + 6 * STEP)


def test_a_level_that_was_not_known_when_the_valve_opened_is_waited_for_from_then_on() -> None:
    levels = [None, None, None, None, 60.0, 59.9, 59.8, 59.7]

    [one] = found(levels, DAILY, valves=[opened(1)])

    assert one.began_at == NOON + 4 * STEP
    assert found(levels[:7], DAILY, valves=[opened(1)]) == []


def test_a_tank_whose_valve_never_opens_is_still_judged_from_its_level() -> None:
    [one] = found([41.0, 40.0, 39.9, 39.8, 39.7], BY_ITSELF, valves=[opened(-90, shut=-60)])

    assert one.began_at == NOON + STEP


def test_a_rise_between_two_readings_far_apart_is_in_time() -> None:
    assert found([60.0, 80.0, 79.0], DAILY, every=HOUR, valves=[opened(5, shut=40)]) == []
    assert found([39.0, 80.0, 79.0], BY_ITSELF, every=HOUR) == []
    [one] = found([60.0, 59.0, 80.0], DAILY, every=HOUR, valves=[opened(5, shut=40)])
    assert (one.began_at, one.ended_at) == (NOON + 5 * MINUTE, NOON + 2 * HOUR)


def test_opening_again_is_the_same_trouble() -> None:
    levels = [60.0 - step / 10 for step in range(13)]

    [one] = found(levels, DAILY, valves=[opened(3, shut=20), opened(33)])

    assert one.began_at == NOON + 3 * MINUTE


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=60),
    st.lists(st.integers(0, 59), max_size=6, unique=True),
    st.integers(1, 59),
)
def test_with_valves_too_what_came_before_stays(
    levels: list[float], opens: list[int], at: int
) -> None:
    rules = FillRules(starts_at=40.0, every=2 * HOUR)
    valves = [opened(step * 10 + 5, shut=step * 10 + 25) for step in sorted(opens)]

    early = found(levels[:at], rules, every=10 * MINUTE, valves=valves)
    whole = found(levels, rules, every=10 * MINUTE, valves=valves)

    assert [one for one in early if one.ended_at is not None and one not in whole] == []
    known = {(one.rule, one.began_at) for one in whole}
    assert {(one.rule, one.began_at) for one in early} <= known


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60), st.integers(1, 59))
def test_what_came_before_stays_as_it_was_found(levels: list[float], at: int) -> None:
    rules = FillRules(starts_at=40.0, every=2 * HOUR)

    early, whole = (
        found(levels[:at], rules, every=10 * MINUTE),
        found(levels, rules, every=10 * MINUTE),
    )

    over = [one for one in early if one.ended_at is not None]
    assert [one for one in over if one not in whole] == []
    known = {(one.rule, one.began_at) for one in whole}
    assert {(one.rule, one.began_at) for one in early} <= known
    assert all(one.ended_at is None or one.ended_at > one.began_at for one in whole)


@pytest.mark.parametrize(
    ("rules", "quantity", "refused"),
    [
        (FillRules(), Quantity.LEVEL, NO_FILLS),
        (FillRules(starts_at=40), Quantity.TEMPERATURE, FILLS_OF_NO_LEVEL),
        (FillRules(starts_at=100), Quantity.LEVEL, IMPOSSIBLE_FILLS),
        (FillRules(starts_at=float("nan")), Quantity.LEVEL, IMPOSSIBLE_FILLS),
        (FillRules(every=73 * HOUR), Quantity.LEVEL, IMPOSSIBLE_FILLS),
        (FillRules(every=HOUR, rise=0.1), Quantity.LEVEL, IMPOSSIBLE_FILLS),
        (FillRules(every=HOUR, within=timedelta(0)), Quantity.LEVEL, IMPOSSIBLE_FILLS),
    ],
)
def test_rules_that_cannot_be_are_refused(
    rules: FillRules, quantity: Quantity, refused: object
) -> None:
    assert list(refusals_of_filling(rules, quantity)) == [refused]


def test_rules_that_can_be_are_not() -> None:
    assert list(refusals_of_filling(replace(DAILY, starts_at=40.0), Quantity.LEVEL)) == []
