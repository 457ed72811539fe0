"""How long the nitrogen lasts: a fall that is robust, and no guess."""

from datetime import timedelta

import pytest

from temperature.rules.survival import Hour, Survival, survival
from tests.world import NOON

HOUR = timedelta(hours=1)


def hours(levels: list[float | None]) -> list[Hour]:
    """Return one level an hour; an hour without one is left out."""
    found = enumerate(levels)
    return [Hour(NOON + step * HOUR, level) for step, level in found if level is not None]


def falling(start: float, count: int, *, each: float = 0.25) -> list[float | None]:
    """Return a level that falls by so much every hour."""
    return [start - each * step for step in range(count)]


def left(levels: list[float | None], *, level: float | None = 50.0) -> Survival:
    return survival(hours(levels), level=level, limit=20.0, least=130.0)


@pytest.mark.urs("URS-104")
def test_lasts_until_the_gravest_low_limit_at_the_consumption_of_the_last_days() -> None:
    found = left(falling(60.0, 40))

    assert (found.hours, found.per_day, found.is_short) == (120.0, 6.0, True)
    assert left(falling(60.0, 40), level=60.0).is_short is False
    assert left(falling(60.0, 40), level=10.0).hours == 0.0


@pytest.mark.urs("URS-104")
def test_fills_missing_hours_and_one_open_lid_change_nothing() -> None:
    filled = [*falling(40.0, 30), *falling(70.0, 30)]
    missing = [None if step % 7 == 3 else level for step, level in enumerate(filled)]
    opened = [level - 3 if level and step >= 45 else level for step, level in enumerate(filled)]

    assert left(filled).hours == left(missing).hours == 120.0
    assert left(opened).hours == pytest.approx(120.0, rel=0.25)


@pytest.mark.urs("URS-104")
@pytest.mark.parametrize(
    ("levels", "level", "limit", "why"),
    [
        (falling(60.0, 40), 50.0, None, "no low limit of the level is in force"),
        (falling(60.0, 40), None, 20.0, "the level is not known now"),
        (falling(60.0, 20), 50.0, 20.0, "the level was not measured for a day without a fill"),
        ([], 50.0, 20.0, "the level was not measured for a day without a fill"),
        (falling(60.0, 40, each=0.0), 50.0, 20.0, "the level does not fall"),
        (falling(60.0, 40, each=-0.5), 50.0, 20.0, "the level does not fall"),
    ],
)
def test_says_why_it_is_not_known(
    levels: list[float | None], level: float | None, limit: float | None, why: str
) -> None:
    found = survival(hours(levels), level=level, limit=limit, least=48.0)

    assert (found.hours, found.unknown, found.is_short) == (None, why, False)
