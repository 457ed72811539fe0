"""Excursions across a change of limits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temperature.models import Level, Side
from temperature.rules.bands import Band
from temperature.rules.beyond import beyond_limits
from temperature.rules.contact_limits import band_of_contact
from temperature.rules.contacts import settled
from temperature.rules.intervals import Beyond, Point, Stretch
from temperature.rules.parts import filled_alike, split
from tests.world import NOON

pytestmark = pytest.mark.urs("URS-104", "URS-105", "URS-111")

MINUTE = timedelta(minutes=1)
SILENT = timedelta(minutes=3)
OLD, NEW = 8, 9
TURN = NOON + 10 * MINUTE


def above(level: Level, limit: float, minutes: float = 0) -> Band:
    """Return a band above."""
    return Band(level, Side.ABOVE, limit, minutes * MINUTE)


ACTION, CRITICAL = above(Level.ACTION, -150.0, 5), above(Level.CRITICAL, -135.0)


def turned(
    *after: Band, before: Sequence[Band] = (ACTION, CRITICAL), at: datetime = TURN
) -> list[Stretch]:
    """Return a sitting whose limits become others."""
    return [
        Stretch(1, NOON, at, OLD, before, 2.0, fitted_at=NOON),
        Stretch(1, at, None, NEW, after, 2.0, fitted_at=NOON),
    ]


def each_minute(*values: float) -> list[Point]:
    """Return one reading a minute from noon on."""
    return [Point(NOON + step * MINUTE, value) for step, value in enumerate(values)]


def found(
    points: Sequence[Point],
    stretches: Sequence[Stretch],
    until: datetime | None = None,
    *,
    is_contact: bool = False,
) -> dict[Level, Beyond]:
    """Return what is found of each level, which is once at most."""
    until = until or points[-1].at
    rows = beyond_limits(
        split(points, stretches), silent=SILENT, until=until, is_contact=is_contact
    )
    assert len({row.level for row in rows}) == len(rows)
    return {row.level: row for row in rows}


def test_it_goes_on_with_its_begin_and_by_the_limits_of_each_instant() -> None:
    readings = each_minute(-190.0, *[-145.0] * 14, -190.0)

    row = found(readings, turned(above(Level.ACTION, -155.0, 30)))[Level.ACTION]

    assert (row.began_at, row.ended_at) == (NOON + MINUTE, NOON + 15 * MINUTE)
    assert (row.seconds, row.limits_id, row.limit) == (14 * 60, OLD, -150.0)


def test_seconds_stop_where_it_is_within_the_dead_band_of_the_new_limits() -> None:
    readings = each_minute(-190.0, *[-145.0] * 14, -190.0)

    row = found(readings, turned(above(Level.ACTION, -144.5, 5)))[Level.ACTION]

    assert (row.began_at, row.ended_at) == (NOON + MINUTE, NOON + 15 * MINUTE)
    assert row.seconds == 9 * 60


def test_the_delay_that_was_served_counts() -> None:
    readings = each_minute(*[-190.0] * 8, *[-145.0] * 5)
    stretches = turned(above(Level.ACTION, -150.0, 4))

    assert found(readings[:11], stretches) == {}
    row = found(readings, stretches)[Level.ACTION]
    assert (row.began_at, row.ended_at, row.limits_id) == (NOON + 8 * MINUTE, None, NEW)


def test_what_was_an_excursion_stays_one_under_a_longer_delay() -> None:
    readings = each_minute(-190.0, *[-145.0] * 11)

    row = found(readings, turned(above(Level.ACTION, -150.0, 60)))[Level.ACTION]

    assert (row.ended_at, row.limits_id) == (None, OLD)


@pytest.mark.parametrize("after", [(CRITICAL,), (above(Level.ACTION, -140.0, 5), CRITICAL)])
def test_it_ends_with_the_limits_by_which_it_is_no_longer_outside(after: Sequence[Band]) -> None:
    readings = each_minute(-190.0, *[-145.0] * 14)

    row = found(readings, turned(*after))[Level.ACTION]

    assert (row.began_at, row.ended_at, row.seconds) == (NOON + MINUTE, TURN, 9 * 60)


def test_the_level_rises_where_new_limits_make_it_worse() -> None:
    readings = each_minute(-190.0, *[-145.0] * 11)

    rows = found(readings, turned(ACTION, above(Level.CRITICAL, -146.0, 8)))

    assert rows[Level.ACTION].began_at == NOON + MINUTE
    critical = rows[Level.CRITICAL]
    assert (critical.began_at, critical.ended_at, critical.limits_id) == (TURN, None, NEW)


def test_a_graver_level_waits_for_what_is_left_of_its_delay() -> None:
    readings = each_minute(-190.0, *[-145.0] * 13)
    stretches = turned(ACTION, above(Level.CRITICAL, -146.0, 12))

    assert Level.CRITICAL not in found(readings[:-1], stretches)
    assert found(readings, stretches)[Level.CRITICAL].began_at == TURN


def test_another_place_in_the_unit_begins_anew() -> None:
    old, new = turned(ACTION, CRITICAL)
    moved = [old, replace(new, fitted_at=TURN)]
    rows = beyond_limits(
        split(each_minute(*[-145.0] * 20), moved), silent=SILENT, until=NOON + 20 * MINUTE
    )

    assert [(row.began_at, row.ended_at) for row in rows] == [(NOON, TURN), (TURN, None)]


def test_limits_that_begin_later_change_nothing_yet() -> None:
    readings = each_minute(*[-145.0] * 8)

    row = found(readings, turned(CRITICAL), NOON + 8 * MINUTE)[Level.ACTION]

    assert (row.began_at, row.ended_at) == (NOON, None)


@pytest.mark.parametrize("before", [(), (band_of_contact(Level.WARNING, 2),)])
def test_a_door_is_open_since_it_was_opened_whatever_the_limits(before: Sequence[Band]) -> None:
    after = band_of_contact(Level.WARNING, 2), band_of_contact(Level.ACTION, 12)
    said = [Point(NOON, 0.0), *(Point(NOON + step * MINUTE, 1.0) for step in range(1, 14))]
    until = said[-1].at
    readings = list(settled(said, silent=SILENT, until=until))
    stretches = [replace(part, dead_band=0.0) for part in turned(*after, before=before)]
    if not before:
        stretches[0] = replace(stretches[0], limits_id=None)

    rows = found(readings, stretches, until, is_contact=True)

    assert set(rows) == {Level.WARNING, Level.ACTION}
    assert {row.began_at for row in rows.values()} == {NOON + MINUTE}
    assert {row.seconds for row in rows.values()} == {12 * 60}


def test_a_tank_that_is_filled_alike_is_watched_across_other_limits() -> None:
    old, new = turned(ACTION)
    moved = replace(new, fitted_at=TURN)

    assert filled_alike([old, new]) == [replace(old, ends_at=None)]
    assert filled_alike([old, moved]) == [old, moved]


VALUES = st.lists(
    st.one_of(st.none(), st.sampled_from([-190.0, -151.0, -149.0, -136.0, -134.0, -120.0])),
    max_size=40,
)
BANDS = st.lists(
    st.builds(
        above,
        st.sampled_from(Level),
        st.sampled_from([-160.0, -150.0, -135.0]),
        st.integers(min_value=0, max_value=12),
    ),
    max_size=3,
    unique_by=lambda band: band.level,
)


@given(VALUES, BANDS, st.integers(min_value=1, max_value=40))
def test_the_same_limits_signed_again_change_nothing(
    values: list[float | None], bands: list[Band], cut: int
) -> None:
    points = [Point(NOON + step * MINUTE, value) for step, value in enumerate(values)]
    until, turn = NOON + len(values) * MINUTE, NOON + (cut + 0.5) * MINUTE
    once = Stretch(1, NOON, None, OLD, bands, 2.0, fitted_at=NOON)
    twice = turned(*bands, before=bands, at=turn)

    def shown(stretches: Sequence[Stretch]) -> list[Beyond]:
        rows = beyond_limits(split(points, stretches), silent=SILENT, until=until)
        return sorted(
            (replace(row, limits_id=OLD, seconds=round(row.seconds)) for row in rows),
            key=lambda row: (row.began_at, row.level),
        )

    assert shown(twice) == shown([once])


@given(VALUES, BANDS, BANDS, st.integers(min_value=0, max_value=40))
def test_what_is_found_stays_found_as_more_is_read(
    values: list[float | None], before: list[Band], after: list[Band], cut: int
) -> None:
    """An excursion found at any instant is, once all was read, still there with its begin."""
    points = [Point(NOON + step * MINUTE, value) for step, value in enumerate(values)]
    stretches = turned(*after, before=before, at=NOON + 20.5 * MINUTE)

    def shown(until: datetime) -> set[tuple[Level, datetime]]:
        own = [point for point in points if point.at <= until]
        rows = beyond_limits(split(own, stretches), silent=SILENT, until=until)
        return {(row.level, row.began_at) for row in rows}

    assert shown(NOON + cut * MINUTE) <= shown(NOON + 41 * MINUTE)
