"""Whether a clock is behind, or readings only come late."""

from datetime import datetime, timedelta

import pytest

from temperature.arrivals import Sample
from temperature.models import Flag, Quantity
from temperature.rules.device_clocks import Channel
from temperature.rules.taking import take
from tests.world import NOON

pytestmark = pytest.mark.urs("URS-75")

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
Story = list[tuple[timedelta, list[timedelta]]]
"""When each arrival came, and how long before noon its readings were measured, by their clock."""


def flags_of(story: Story, *, gateway: timedelta | None = None) -> list[Flag]:
    """Return what is said of the newest reading of each arrival."""
    said = []
    clock_at: datetime | None = None
    heard_at: datetime | None = None
    for came, times in story:
        channel = Channel(7, Quantity.TEMPERATURE, MINUTE, clock_at, heard_at)
        at = NOON + came
        passed_on = None if gateway is None else at - gateway
        samples = [
            Sample("lid", NOON + time, -190.0, Flag.NONE, passed_on) for time in sorted(times)
        ]
        taken = take(samples, {"lid": channel}, received_at=at, is_live=True)
        if 7 in taken.clocks:
            clock_at, heard_at = taken.clocks[7], at
        flags = taken.flags[-1] if taken.flags else taken.aside[-1][3]
        said.append(Flag(flags))
    return said


def live(behind: timedelta, count: int = 4) -> Story:
    """Return one reading a minute, as a device sends whose clock is behind."""
    return [(step * MINUTE, [step * MINUTE - behind]) for step in range(count)]


@pytest.mark.parametrize(
    ("name", "story", "last"),
    [
        ("a clock that is right", live(timedelta(seconds=5)), Flag.NONE),
        ("a clock that is an hour behind", live(HOUR), Flag.BEHIND),
        ("a clock that is a day behind", live(24 * HOUR), Flag.BEHIND),
        (
            "what is filled in, an hour in each message",
            [(step * MINUTE, [step * HOUR - 6 * HOUR]) for step in range(4)],
            Flag.LATE,
        ),
        (
            "what is filled in, reading by reading, as fast as it goes",
            [(step * MINUTE / 600, [step * MINUTE - 6 * HOUR]) for step in range(4)],
            Flag.LATE,
        ),
        (
            "the same answer again and again",
            [(step * MINUTE, [-HOUR]) for step in range(4)],
            Flag.LATE,
        ),
        (
            "what is filled in beside what is measured now",
            [(step * MINUTE, [step * MINUTE - HOUR, step * MINUTE]) for step in range(4)],
            Flag.NONE,
        ),
        (
            "a clock that was put right",
            [*live(HOUR), (5 * MINUTE, [5 * MINUTE])],
            Flag.NONE,
        ),
    ],
)
def test_tells_a_wrong_clock_from_late_readings(name: str, story: Story, last: Flag) -> None:
    assert flags_of(story)[-1] == last, name


def test_one_arrival_judges_no_clock() -> None:
    assert flags_of(live(HOUR)) == [Flag.LATE, Flag.BEHIND, Flag.BEHIND, Flag.BEHIND]


def test_what_a_gateway_had_in_time_only_came_late() -> None:
    assert flags_of(live(HOUR), gateway=HOUR - MINUTE)[-1] == Flag.LATE


def test_a_gateway_that_got_it_just_now_says_that_the_clock_is_behind() -> None:
    assert flags_of(live(HOUR), gateway=timedelta(seconds=2))[-1] == Flag.BEHIND


def test_a_file_and_what_was_asked_for_afterwards_judge_no_clock() -> None:
    channel = Channel(7, Quantity.TEMPERATURE, MINUTE, NOON - HOUR - MINUTE, NOON - MINUTE)

    taken = take([Sample("lid", NOON - HOUR, 1.0)], {"lid": channel}, received_at=NOON)

    assert (taken.flags, taken.aside, taken.clocks) == ([Flag.LATE], [], {})


def test_says_by_how_much_and_what_to_do() -> None:
    channel = Channel(7, Quantity.TEMPERATURE, MINUTE, NOON - HOUR - MINUTE, NOON - MINUTE)

    taken = take(
        [Sample("lid", NOON - HOUR, 1.0)], {"lid": channel}, received_at=NOON, is_live=True
    )

    assert taken.faults[0].words == (
        "Its clock is 60 min behind: set it. What it sends is kept and not used."
    )
