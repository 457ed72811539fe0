"""Values that stand still, and values that jump."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temperature.models import GapCause
from temperature.rules.intervals import Point, Sitting
from temperature.rules.noise import ALL_JUMPS_WITHIN, Doubts, not_believed
from tests.world import NOON

MINUTE = timedelta(minutes=1)
SILENT = 3 * MINUTE
HOUR = Doubts(flat=60 * MINUTE, within=0.1)
JUMPY = Doubts(jump=30.0)
Told = list[tuple[datetime, datetime | None]]


def read(values: Sequence[float | None]) -> list[Point]:
    """Return values read once a minute from noon on."""
    return [Point(NOON + step * MINUTE, value) for step, value in enumerate(values)]


def told(points: Sequence[Point], doubts: Doubts, *, ends: datetime | None = None) -> Told:
    """Return when these were not believed."""
    sitting = Sitting(1, NOON, ends)
    until = ends or points[-1].at
    found = not_believed(points, sitting, doubts, silent=SILENT, until=until)
    cause = GapCause.FLAT if doubts.jump is None else GapCause.JUMPS
    assert all((one.cause, one.unit_id) == (cause, 1) for one in found)
    return [(one.began_at, one.ended_at) for one in found]


@pytest.mark.urs("URS-108")
def test_values_that_only_change_in_the_last_digit_stand_still() -> None:
    noise = [-190.0, -189.9] * 300

    assert told(read(noise), HOUR) == [(NOON, None)]
    assert told(read([*noise, -185.0]), HOUR) == [(NOON, NOON + 600 * MINUTE)]
    assert told(read(noise), HOUR, ends=NOON + 600 * MINUTE) == [(NOON, NOON + 600 * MINUTE)]
    assert told(read([-190.0, -189.8] * 300), HOUR) == []
    assert told(read(noise), Doubts(flat=60 * MINUTE)) == []
    assert told(read(noise), Doubts()) == []


def test_what_came_before_does_not_hide_that_it_stands_still() -> None:
    values = [-190.1, -190.0, *[-189.9, -190.0] * 30]

    assert told(read(values), HOUR) == [(NOON + MINUTE, None)]


def test_silence_is_not_standing_still() -> None:
    points = [Point(NOON, -190.0), Point(NOON + 120 * MINUTE, -190.0)]

    assert told(points, HOUR) == []


@pytest.mark.urs("URS-108")
def test_values_that_jump_up_and_down_again_and_again_are_not_believed() -> None:
    jumping = [-190.0, -100.0] * 4

    assert told(read(jumping), JUMPY) == [(NOON, None)]
    calm = [*[-190.0] * 10, *jumping, *[-190.0] * 30]
    assert told(read(calm), JUMPY) == [(NOON + 9 * MINUTE + MINUTE, NOON + 34 * MINUTE)]
    assert told(read([-190.0, -100.0] * 3), JUMPY) == []
    assert told(read(jumping), Doubts(jump=90.0)) == []
    assert told(read([-190.0, -150.0, -110.0, -70.0, -30.0, 5.0, 40.0]), JUMPY) == []


def test_a_lid_that_is_opened_is_no_jumping() -> None:
    opened = [-190.0, -120.0, -140.0, -160.0, -175.0, -185.0, -190.0]

    assert told(read(opened * 6), JUMPY) == []


VALUES = st.lists(
    st.one_of(st.none(), st.sampled_from([-190.2, -190.1, -190.0, -189.9, -150.0])), max_size=40
)


def alike(points: Sequence[Point], lasting: timedelta) -> set[datetime]:
    """Return the readings around which all are alike for long enough, found the slow way."""
    found: set[datetime] = set()
    usable = [(at, value) for at, value in points if value is not None]
    for first in range(len(usable)):
        for last in range(first, len(usable)):
            part = usable[first : last + 1]
            values = [value for _, value in part]
            gaps = (after[0] - before[0] for before, after in pairwise(part))
            if max(values) - min(values) > 0.1 + 1e-6 or any(gap > SILENT for gap in gaps):
                break
            if part[-1][0] - part[0][0] >= lasting:
                found |= {at for at, _ in part}
    return found


@pytest.mark.urs("URS-111")
@given(VALUES)
def test_each_reading_inside_a_long_enough_time_alike_is_in_doubt_and_no_other(
    values: list[float | None],
) -> None:
    points, lasting = read(values), 4 * MINUTE
    times = told(points, Doubts(lasting, 0.1)) if points else []

    doubted = {
        at
        for at, value in points
        if value is not None and any(began <= at and (not e or at < e) for began, e in times)
    }

    assert doubted == alike(points, lasting)


@pytest.mark.urs("URS-111")
@given(
    st.lists(st.sampled_from([-190.0, -150.0, -149.9, -100.0]), min_size=1, max_size=150),
    st.integers(0, 149),
    st.sampled_from([Doubts(4 * MINUTE, 0.1), JUMPY]),
)
def test_judging_anew_from_before_all_that_bears_on_it_finds_the_same(
    values: list[float], cut: int, doubts: Doubts
) -> None:
    points = read(values)
    whole = told(points, doubts)
    dirty = NOON + cut * MINUTE
    touched = [began for began, ended in whole if ended is None or ended >= dirty - doubts.reach]
    since = min([dirty, *touched]) - doubts.reach

    part = told([point for point in points if point.at >= since] or points, doubts)

    assert [one for one in part if one[1] is None or one[1] > dirty] == [
        one for one in whole if one[1] is None or one[1] > dirty
    ]
    assert doubts.reach in {4 * MINUTE, ALL_JUMPS_WITHIN}
