"""Two probes that leave the difference they were mapped with."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temperature.models import GapCause
from temperature.rules.disagreement import Pace, Together, disagreements, lasting, together
from temperature.rules.intervals import Missing, Point
from tests.world import NOON

MINUTE = timedelta(minutes=1)
PACE = Pace(silent=3 * MINUTE, other_silent=3 * MINUTE, lasting=3 * MINUTE)
WHOLE = (Together(unit_id=1, begins_at=NOON, ends_at=None, difference=6.0),)
Values = Sequence[float | None]


def points(values: Values, *, after: float = 0) -> list[Point]:
    """Return values read once a minute from so many minutes after noon on."""
    return [Point(NOON + (after + step) * MINUTE, value) for step, value in enumerate(values)]


def told(own: Values, other: Values, *times: Together) -> list[tuple[float, float | None]]:
    """Return from which minute to which two probes are told to disagree."""
    until = NOON + max(len(own), len(other)) * MINUTE
    found = disagreements(points(own), points(other), times or WHOLE, pace=PACE, until=until)
    assert all(one.cause == GapCause.DISAGREES for one in found)
    return [(minutes(one.began_at) or 0.0, minutes(one.ended_at)) for one in found]


def minutes(at: datetime | None) -> float | None:
    return None if at is None else (at - NOON) / MINUTE


@pytest.mark.urs("URS-30", "URS-108")
def test_tells_of_it_once_it_lasted_longer_than_three_intervals() -> None:
    assert lasting(MINUTE, 5 * MINUTE) == 15 * MINUTE
    assert told([-184.0] * 9, [-190.0] * 9) == []  # as mapped
    assert told([-174.0] * 9, [-190.0] * 9) == []  # ten apart from it, not more
    assert told([-184.0, *[-170.0] * 4, -184.0], [-190.0] * 6) == []
    assert told([-184.0, *[-170.0] * 5, -184.0], [-190.0] * 7) == [(1.0, 6.0)]
    assert told([-184.0, *[-170.0] * 5], [-190.0] * 6) == [(1.0, None)]


@pytest.mark.urs("URS-30")
def test_is_the_same_seen_from_either() -> None:
    back = (Together(unit_id=1, begins_at=NOON, ends_at=None, difference=-6.0),)

    assert told([-190.0] * 9, [-184.0, *[-150.0] * 8], *back) == [(1.0, None)]


@pytest.mark.urs("URS-108")
def test_silence_neither_makes_nor_ends_it() -> None:
    gone: Values = [None] * 6
    apart = [-170.0] * 5

    assert told([*apart, *gone, -170.0, -184.0], [-190.0] * 13) == [(0.0, 12.0)]
    assert told([-170.0, *gone, -170.0, -184.0], [-190.0] * 9) == []


def test_ends_where_one_of_both_leaves_and_begins_anew_in_another_place() -> None:
    first = Together(unit_id=1, begins_at=NOON, ends_at=NOON + 6 * MINUTE, difference=6.0)
    second = Together(unit_id=1, begins_at=NOON + 6 * MINUTE, ends_at=None, difference=20.0)

    assert told([-170.0] * 20, [-190.0] * 20, first, second) == [(0.0, 6.0)]


def test_times_that_meet_are_told_as_one() -> None:
    def missing(began: int, ended: int | None) -> Missing:
        at = None if ended is None else NOON + ended * MINUTE
        return Missing(
            unit_id=1, cause=GapCause.DISAGREES, began_at=NOON + began * MINUTE, ended_at=at
        )

    found = [missing(20, None), missing(0, 5), missing(4, 9), missing(9, 10), missing(21, 22)]

    assert together(found) == [missing(0, 10), missing(20, None)]


SAID = st.lists(st.sampled_from([None, -184.0, -180.0, -160.0]), min_size=1, max_size=30)
OTHERS = st.lists(st.sampled_from([None, -190.0, -186.0]), min_size=1, max_size=30)


@pytest.mark.urs("URS-111")
@given(SAID, OTHERS, st.integers(0, 30))
def test_judging_from_an_earlier_reading_on_shows_the_same(
    own: Values, other: Values, cut: int
) -> None:
    """From as far back as judging reads, what begins later is found as if all had been read."""
    until = NOON + 40 * MINUTE
    whole = disagreements(points(own), points(other), WHOLE, pace=PACE, until=until)
    before = [each.at for each in points(own)[: cut + 1] if each.value is not None]
    if not before or any(_covers(one, before[-1]) for one in whole):
        return
    start = before[-1]
    agreed = disagreements(
        [each for each in points(own) if each.at >= start],
        [each for each in points(other) if each.at >= start - PACE.other_silent],
        WHOLE,
        pace=PACE,
        until=until,
    )

    lead = PACE.lasting + PACE.silent + PACE.other_silent
    settled = [one for one in whole if one.began_at >= start + lead]
    assert [one for one in agreed if one.began_at >= start + lead] == settled


def _covers(one: Missing, at: datetime) -> bool:
    return one.began_at <= at and (one.ended_at is None or one.ended_at >= at)
