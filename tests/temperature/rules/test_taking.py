"""Whether a sample becomes a reading."""

from datetime import datetime, timedelta

import pytest

from temperature.arrivals import Sample
from temperature.models import Flag, Quantity
from temperature.rules.device_clocks import Channel
from temperature.rules.taking import Taken, take
from tests.world import NOON

CHANNELS = {
    "lid": Channel(7, Quantity.TEMPERATURE),
    "level": Channel(3, Quantity.LEVEL),
    "D-1": Channel(9, Quantity.DOOR),
    "M-1": Channel(11, Quantity.POWER),
}


def taken(*samples: Sample) -> Taken:
    """Take samples at noon."""
    return take(samples, CHANNELS, received_at=NOON)


@pytest.mark.urs("URS-111")
@pytest.mark.parametrize(
    ("value", "said", "kept", "flags"),
    [
        (-190.0, Flag.NONE, -190.0, Flag.NONE),
        (-196.1, Flag.NONE, -196.1, Flag.NONE),
        (None, Flag.NONE, None, Flag.NO_VALUE),
        (None, Flag.OPEN_CIRCUIT, None, Flag.OPEN_CIRCUIT),
        (-999.0, Flag.NONE, -999.0, Flag.IMPLAUSIBLE),
        (1e9, Flag.NONE, 1e9, Flag.IMPLAUSIBLE),
        (float("nan"), Flag.NONE, None, Flag.IMPLAUSIBLE),
        (float("-inf"), Flag.NONE, None, Flag.IMPLAUSIBLE),
        (-80.0, Flag.FAULT, -80.0, Flag.FAULT),
    ],
)
def test_keeps_every_value_and_says_what_is_wrong_with_it(
    value: float | None, said: Flag, kept: float | None, flags: Flag
) -> None:
    result = taken(Sample("lid", NOON, value, said))

    assert (result.values, result.flags, result.refused) == ([kept], [flags], 0)


@pytest.mark.urs("URS-111")
@pytest.mark.parametrize("channel", ["D-1", "M-1"])
@pytest.mark.parametrize(
    ("value", "flags"),
    [
        (0.0, Flag.NONE), (1.0, Flag.NONE), (0.5, Flag.IMPLAUSIBLE), (2.0, Flag.IMPLAUSIBLE),
        (-1.0, Flag.IMPLAUSIBLE), (-80.5, Flag.IMPLAUSIBLE), (None, Flag.NO_VALUE),
    ],
)  # fmt: skip
def test_a_contact_says_one_of_two_states(channel: str, value: float | None, flags: Flag) -> None:
    result = taken(Sample(channel, NOON, value))

    assert (result.values, result.flags, result.refused) == ([value], [flags], 0)


@pytest.mark.urs("URS-75")
@pytest.mark.parametrize(
    ("off", "flags"),
    [
        (timedelta(minutes=-14), Flag.NONE),
        (timedelta(hours=-5), Flag.LATE),
        (timedelta(seconds=40), Flag.NONE),
    ],
)
def test_says_when_a_reading_comes_late(off: timedelta, flags: Flag) -> None:
    assert taken(Sample("lid", NOON + off, -190.0)).flags == [flags]


@pytest.mark.urs("URS-75", "URS-111")
@pytest.mark.parametrize(
    ("off", "words"),
    [
        (timedelta(minutes=10), "10 min"),
        (timedelta(days=2), "2 d 0 h"),
        (timedelta(days=7300), "7300 d 0 h"),
    ],
)
def test_sets_aside_what_is_of_the_future_and_says_so(off: timedelta, words: str) -> None:
    ahead = NOON + off

    result = taken(Sample("lid", ahead, -190.0), Sample("lid", NOON, -189.0))

    assert (result.device_at, result.flags) == ([NOON], [Flag.NONE])
    assert result.aside == [(7, ahead, -190.0, Flag.AHEAD, None)]
    assert [fault.where for fault in result.faults] == ["channel lid"]
    assert f"Its clock is {words} ahead" in result.faults[0].words
    assert result.refused == 0


@pytest.mark.urs("URS-28", "URS-75")
@pytest.mark.parametrize(
    ("channel", "at", "words"),
    [
        ("door", NOON, "No probe is registered for channel “door”."),
        ("lid", NOON.replace(tzinfo=None), "has no zone"),
        ("lid", NOON.replace(year=1970), "cannot be true"),
        ("lid", NOON.replace(year=2201), "cannot be true"),
    ],
)
def test_refuses_what_cannot_be_placed_and_says_why(channel: str, at: datetime, words: str) -> None:
    result = taken(Sample(channel, at, -190.0), Sample("level", NOON, 71.0))

    assert result.probes == [3]
    assert result.refused == 1
    assert words in result.faults[0].words


def test_takes_each_time_once_in_order_and_names_a_contradiction() -> None:
    result = taken(
        Sample("lid", NOON, -190.0),
        Sample("level", NOON, 70.0),
        Sample("lid", NOON - timedelta(minutes=1), -191.0),
        Sample("lid", NOON, -190.0),
        Sample("lid", NOON, -150.0),
    )

    assert list(zip(result.probes, result.values, strict=True)) == [
        (3, 70.0),
        (7, -191.0),
        (7, -190.0),
    ]
    assert (result.repeated, result.refused) == (1, 1)
    assert "came twice, as -190.0 and as -150.0" in result.faults[0].words
