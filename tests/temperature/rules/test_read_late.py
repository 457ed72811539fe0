"""Up to when silence counts of what is read where it arrives."""

from datetime import timedelta

import pytest

from temperature.rules.intervals import Point, Sitting, heard_until
from tests.world import NOON

pytestmark = pytest.mark.urs("URS-108", "URS-112")

HOUR = timedelta(hours=1)
TANK = Sitting(1, NOON, None)
TRIP = Sitting(1, NOON, NOON + 4 * HOUR, is_read_late=True)
READ = [Point(NOON + HOUR, -190.0), Point(NOON + 2 * HOUR, None)]
LATER = NOON + 9 * HOUR


@pytest.mark.parametrize(
    ("sitting", "points", "is_lost", "until"),
    [
        (TANK, READ, False, LATER),
        (TRIP, [], False, NOON),
        (TRIP, READ, False, NOON + 2 * HOUR),
        (TRIP, [*READ, Point(NOON + 6 * HOUR, -190.0)], False, NOON + 6 * HOUR),
        (TRIP, [*READ, Point(NOON + 10 * HOUR, -190.0)], False, LATER),
        (TRIP, [], True, LATER),
    ],
)
def test_counts_up_to_what_was_heard_unless_nothing_will_come(
    sitting: Sitting, points: list[Point], is_lost: bool, until: object
) -> None:
    assert heard_until(sitting, points, is_lost=is_lost, at=LATER) == until
