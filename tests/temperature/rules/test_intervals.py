"""Excursions and gaps out of raw readings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temperature.models import GapCause, Level, Side
from temperature.rules.bands import Band
from temperature.rules.beyond import beyond_limits
from temperature.rules.intervals import (
    Beyond,
    Missing,
    Point,
    Sitting,
    Stretch,
    silent_after,
    without_evidence,
)
from temperature.rules.noise import Doubts, not_believed
from temperature.rules.parts import sittings, split
from tests.world import NOON

MINUTE = timedelta(minutes=1)
SILENT = timedelta(minutes=3)
ACTION = Band(Level.ACTION, Side.ABOVE, -150.0, 5 * MINUTE)
CRITICAL = Band(Level.CRITICAL, Side.ABOVE, -135.0, timedelta(0))
TANK = Stretch(
    unit_id=1,
    begins_at=NOON,
    ends_at=None,
    limits_id=9,
    bands=(ACTION, CRITICAL),
    dead_band=2.0,
)


@dataclass
class Found:
    """Everything that readings show."""

    beyond: list[Beyond]
    missing: list[Missing]


def shown(
    points: list[Point], stretch: Stretch, *, flat: timedelta | None = None, until: datetime
) -> Found:
    """Return what readings show in a stretch that is a sitting as well."""
    missing = without_evidence(points, stretch, silent=SILENT, until=until)
    doubted = not_believed(points, stretch, Doubts(flat), silent=SILENT, until=until)
    beyond = beyond_limits([(stretch, points)], silent=SILENT, until=until)
    return Found(beyond, [*missing, *doubted])


def found(
    values: Sequence[float | None],
    *,
    flat: timedelta | None = None,
    until: datetime | None = None,
    minutes: list[float] | None = None,
) -> Found:
    """Judge values read once a minute from noon on."""
    times = minutes or list(range(len(values)))
    points = [Point(NOON + at * MINUTE, value) for at, value in zip(times, values, strict=True)]
    last = points[-1].at if points else NOON
    return shown(points, TANK, flat=flat, until=until or last)


@pytest.mark.urs("URS-108")
def test_a_broken_sensor_is_known_at_once_and_until_it_measures_again() -> None:
    points = [Point(NOON + step * MINUTE, v) for step, v in enumerate([-190.0, None, -191.0, None])]
    broken, until = {NOON + MINUTE}, NOON + 3 * MINUTE

    def missing(broken: set[datetime]) -> list[Missing]:
        return without_evidence(points, TANK, silent=SILENT, until=until, broken=broken)

    assert missing(set()) == []
    [once] = missing(broken)
    assert (once.cause, once.began_at, once.ended_at) == (
        GapCause.UNUSABLE, NOON, NOON + 2 * MINUTE,
    )  # fmt: skip
    [_, still] = missing({*broken, until})
    assert (still.began_at, still.ended_at) == (NOON + 2 * MINUTE, None)


@pytest.mark.urs("URS-105")
def test_a_run_above_a_limit_counts_once_it_lasted_its_delay() -> None:
    short = found([-190.0, *[-149.0] * 4, -190.0])
    long = found([-190.0, *[-149.0] * 4, -148.0, -160.0])

    assert short.beyond == []
    assert [(one.level, one.peak, one.seconds) for one in long.beyond] == [
        (Level.ACTION, -148.0, 300.0)
    ]
    assert long.beyond[0].began_at == NOON + MINUTE
    assert long.beyond[0].ended_at == NOON + 6 * MINUTE


@pytest.mark.urs("URS-105")
def test_a_critical_value_counts_at_once_and_goes_on() -> None:
    result = found([-190.0, -130.0])

    assert [(one.level, one.ended_at) for one in result.beyond] == [(Level.CRITICAL, None)]


def test_a_value_within_the_dead_band_does_not_end_it() -> None:
    result = found([-130.0, -136.0, -130.0, -137.0])

    assert [
        (one.began_at, one.ended_at) for one in result.beyond if one.level == Level.CRITICAL
    ] == [(NOON, NOON + 3 * MINUTE)]
    assert result.beyond[-1].seconds == 120.0 or result.beyond[0].seconds == 120.0


@pytest.mark.urs("URS-108", "URS-112")
def test_silence_is_a_gap_and_adds_nothing_to_an_excursion() -> None:
    result = found([-130.0, -130.0, -190.0], minutes=[0, 1, 61])

    critical = next(one for one in result.beyond if one.level == Level.CRITICAL)
    assert (critical.ended_at, critical.seconds) == (NOON + 61 * MINUTE, 60.0)
    assert [(gap.cause, gap.began_at, gap.ended_at) for gap in result.missing] == [
        (GapCause.SILENT, NOON + MINUTE, NOON + 61 * MINUTE)
    ]


@pytest.mark.urs("URS-108")
def test_a_probe_that_says_nothing_at_all_is_missing_from_its_fitting_on() -> None:
    result = found([], until=NOON + 10 * MINUTE)

    assert [(gap.cause, gap.began_at, gap.ended_at) for gap in result.missing] == [
        (GapCause.SILENT, NOON, None)
    ]


@pytest.mark.urs("URS-111")
def test_values_that_are_none_are_a_gap_of_their_own_kind() -> None:
    result = found([-190.0, None, None, None, None, -190.0])

    assert [(gap.cause, gap.ended_at) for gap in result.missing] == [
        (GapCause.UNUSABLE, NOON + 5 * MINUTE)
    ]


@pytest.mark.urs("URS-108")
def test_a_value_that_stands_still_is_not_believed() -> None:
    result = found([-190.0] * 61 + [-189.9], flat=60 * MINUTE)

    assert [(gap.cause, gap.began_at, gap.ended_at) for gap in result.missing] == [
        (GapCause.FLAT, NOON, NOON + 61 * MINUTE)
    ]
    assert found([-196.0] * 61, flat=None).missing == []


def test_another_unit_begins_anew() -> None:
    first = Stretch(1, NOON, NOON + 10 * MINUTE, 9, (CRITICAL,), 2.0)
    second = Stretch(2, NOON + 10 * MINUTE, None, 9, (CRITICAL,), 2.0)
    points = [Point(NOON + step * MINUTE, -130.0) for step in range(12)]
    parts = split(points, [first, second])

    beyond = beyond_limits(parts, silent=SILENT, until=NOON + 12 * MINUTE)

    assert [(one.unit_id, one.ended_at) for one in beyond] == [
        (1, NOON + 10 * MINUTE),
        (2, None),
    ]


@pytest.mark.urs("URS-108", "URS-112")
def test_other_limits_do_not_break_a_silence() -> None:
    old = Stretch(1, NOON, NOON + 10 * MINUTE, 8, (CRITICAL,), 2.0)
    new = Stretch(1, NOON + 10 * MINUTE, None, 9, (CRITICAL,), 2.0)
    elsewhere = Stretch(2, NOON - 9 * MINUTE, NOON, 8, (CRITICAL,), 2.0)

    assert sittings([elsewhere, old, new]) == [
        Sitting(2, NOON - 9 * MINUTE, NOON),
        Sitting(1, NOON, None),
    ]


@pytest.mark.urs("URS-108")
@pytest.mark.parametrize(("every", "silent"), [(1, 3), (5, 15), (10, 15), (20, 30)])
def test_a_probe_is_silent_after_three_intervals_and_at_most_a_quarter_of_an_hour(
    every: int, silent: int
) -> None:
    assert silent_after(every * MINUTE) == silent * MINUTE


VALUES = st.lists(
    st.one_of(st.none(), st.sampled_from([-190.0, -151.0, -149.0, -136.0, -134.0, -120.0])),
    max_size=40,
)


@pytest.mark.urs("URS-111")
@given(VALUES, st.integers(min_value=0, max_value=40))
def test_reading_from_a_quiet_moment_on_shows_the_same(
    values: list[float | None], cut: int
) -> None:
    """Judging anew from any reading inside all limits finds what judging everything finds."""
    points = [Point(NOON + step * MINUTE, value) for step, value in enumerate(values)]
    until = NOON + len(values) * MINUTE
    quiet = [point for point in points[:cut] if point.value == -190.0]
    if not quiet:
        return
    start = quiet[-1].at
    whole = shown(points, TANK, until=until)
    later = replace(TANK, begins_at=start)
    part = shown([point for point in points if point.at >= start], later, until=until)

    assert part.beyond == [one for one in whole.beyond if one.began_at >= start]
    assert part.missing == [one for one in whole.missing if one.began_at >= start]
