"""An expiry is an instant; the last day of use is the day before it, in UTC."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from inventory.rules.expiry import last_day

EAST = timezone(timedelta(hours=9))


@pytest.mark.urs("URS-103")
@pytest.mark.parametrize(
    ("expires_at", "day"),
    [
        (datetime(2028, 2, 28, 0, 0, tzinfo=UTC), date(2028, 2, 27)),
        (datetime(2028, 2, 28, 0, 1, tzinfo=UTC), date(2028, 2, 28)),
        (datetime(2028, 2, 28, 9, 0, tzinfo=EAST), date(2028, 2, 27)),
    ],
)
def test_is_the_last_day_of_use(expires_at: datetime, day: date) -> None:
    assert last_day(expires_at) == day
