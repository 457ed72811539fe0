"""When a contact stood at 1, and what only chattered."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temperature.models import Level, Quantity, Side
from temperature.rules.bands import Band
from temperature.rules.contact_limits import PROPOSED, band_of_contact
from temperature.rules.contacts import SETTLES, how_long, settled, spells
from temperature.rules.intervals import Point, Sitting
from temperature.rules.limits import Limits, refusals_of_bands
from tests.world import NOON

SILENT = timedelta(minutes=3)
SITTING = Sitting(1, NOON - timedelta(hours=1), None)


def at(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def points(*said: tuple[float, float | None]) -> list[Point]:
    return [Point(NOON + at(seconds), value) for seconds, value in said]


def found(
    *said: tuple[float, float | None], until: float
) -> list[tuple[float, float | None, float, int]]:
    """Return begin, end, seconds and times of each spell, in seconds after noon."""
    return [
        (
            (one.began_at - NOON).total_seconds(),
            None if one.ended_at is None else (one.ended_at - NOON).total_seconds(),
            one.seconds,
            one.times,
        )
        for one in spells(points(*said), SITTING, silent=SILENT, until=NOON + at(until))
    ]


@pytest.mark.urs("URS-105")
@pytest.mark.parametrize(
    ("said", "until", "spell"),
    [
        ([(0, 0), (60, 0)], 100, []),
        ([(0, 0), (60, 1), (90, 0)], 100, [(60, 90, 30, 1)]),
        ([(60, 1), (90, 1)], 100, [(60, None, 30, 1)]),
        ([(60, 1), (90, None), (120, 0)], 200, [(60, 120, 60, 1)]),
        ([(60, 1), (660, 0)], 700, [(60, 660, 0, 1)]),
        ([(60, 1), (90, 0), (92, 1), (120, 0)], 200, [(60, 120, 58, 2)]),
        ([(60, 1), (90, 0), (96, 1), (120, 0)], 200, [(60, 90, 30, 1), (96, 120, 24, 1)]),
        ([(60, 1), (90, 0)], 92, [(60, None, 30, 1)]),
        ([(60, 1), (90, 0)], 95, [(60, 90, 30, 1)]),
    ],
    ids=[
        "never open", "open and shut", "goes on", "noise between", "silence adds nothing",
        "chatter is one", "two are two", "may still be chatter", "has settled",
    ],
)  # fmt: skip
def test_says_from_when_until_when_a_door_was_open(
    said: list[tuple[float, float | None]], until: float, spell: list[object]
) -> None:
    assert found(*said, until=until) == spell


@pytest.mark.urs("URS-105")
def test_a_spell_ends_with_the_sitting() -> None:
    sitting = Sitting(1, NOON, NOON + at(90))

    one = spells(points((60, 1)), sitting, silent=SILENT, until=NOON + at(600))

    assert [row.ended_at for row in one] == [NOON + at(90)]


@pytest.mark.urs("URS-105")
def test_a_contact_that_flaps_a_hundred_times_a_second_is_one_opening() -> None:
    said = [(60 + step / 100, step % 2 == 0) for step in range(6000)]

    spell = found(*said, (121, 0), until=200)

    assert [(begin, times) for begin, _, _, times in spell] == [(60, 3000)]
    assert spell[0][2] == pytest.approx(30, abs=0.1)
    judged = list(settled(points(*said), silent=SILENT, until=NOON + at(120)))
    assert {point.value for point in judged} == {1}


@pytest.mark.urs("URS-108")
def test_what_was_left_open_stands_until_now_but_not_beyond_silence() -> None:
    soon = list(settled(points((0, 1)), silent=SILENT, until=NOON + at(120)))
    late = list(settled(points((0, 1)), silent=SILENT, until=NOON + at(6000)))

    assert [point.at for point in soon] == [NOON, NOON + at(120)]
    assert late[-1].at == NOON + SILENT
    shut = list(settled(points((0, 1), (10, 0)), silent=SILENT, until=NOON + at(600)))
    assert [point.value for point in shut] == [1, 0]


@pytest.mark.urs("URS-111")
@given(
    st.lists(
        st.tuples(st.integers(0, 3_000), st.sampled_from([0.0, 1.0, None])),
        unique_by=lambda pair: pair[0],
        max_size=60,
    )
)
def test_spells_never_overlap_and_never_last_longer_than_they_lasted(
    said: list[tuple[int, float | None]],
) -> None:
    rows = spells(points(*sorted(said)), SITTING, silent=SILENT, until=NOON + at(4_000))

    ends = [row.ended_at or NOON + at(4_000) for row in rows]
    for row, end in zip(rows, ends, strict=True):
        assert end >= row.began_at
        assert 0 <= row.seconds <= (end - row.began_at).total_seconds()
        assert row.times >= 1
    for end, after in zip(ends, rows[1:], strict=False):
        assert after.began_at - end >= SETTLES


@pytest.mark.urs("URS-107")
@pytest.mark.parametrize(
    ("code", "bands", "setpoint"),
    [
        ("NO_LIMITS", [], 0.0),
        ("NOT_OF_A_CONTACT", [Band(Level.ACTION, Side.BELOW, 0.0, at(60))], 0.0),
        ("NOT_OF_A_CONTACT", [Band(Level.ACTION, Side.ABOVE, 0.5, at(60))], 0.0),
        ("NOT_OF_A_CONTACT", [band_of_contact(Level.ACTION, 1)], -80.0),
        ("IMPOSSIBLE_DELAY", [band_of_contact(Level.ACTION, 60 * 25)], 0.0),
        ("LIMIT_TWICE", [band_of_contact(Level.ACTION, 1), band_of_contact(Level.ACTION, 2)], 0.0),
        (
            "DELAYS_OUT_OF_ORDER",
            [band_of_contact(Level.WARNING, 10), band_of_contact(Level.ACTION, 10)],
            0.0,
        ),
    ],
)
def test_refuses_levels_of_a_contact_that_make_no_sense(
    code: str, bands: list[Band], setpoint: float
) -> None:
    wanted = Limits(setpoint=setpoint, dead_band=0.0, bands=bands, justification="Warm air")

    refusals = refusals_of_bands(wanted, quantity=Quantity.DOOR)

    assert [refusal.code for refusal in refusals] == [code]


@pytest.mark.urs("URS-107")
def test_what_is_proposed_for_doors_is_in_order() -> None:
    for of_class in PROPOSED.values():
        for bands in of_class.values():
            wanted = Limits(setpoint=0.0, dead_band=0.0, bands=bands, justification="Warm air")
            assert refusals_of_bands(wanted, quantity=Quantity.DOOR) == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-3, "0 s"), (40, "40 s"), (181, "3 min"), (7_500, "2 h 5 min"), (273_600, "3 d 4 h")],
)
@pytest.mark.urs("URS-107")
def test_says_how_long_in_words(seconds: float, words: str) -> None:
    assert how_long(at(seconds)) == words
