"""What speaks against entering a step late."""

from datetime import datetime, timedelta

import pytest

from custody.rules.late import UNLESS_SET, LateEntry, VialTimes, refusals_to_enter_late
from tests.world import NOON

pytestmark = [pytest.mark.urs("URS-26", "URS-73")]
HOUR = timedelta(hours=1)


def codes(
    performed_at: datetime,
    *,
    reason: str = "The network was down",
    has_second: bool = True,
    completed_at: datetime = NOON - timedelta(days=30),
    last_event_at: datetime | None = NOON - timedelta(days=20),
) -> list[str]:
    """Return the codes of all refusals at noon."""
    vial = VialTimes(code="V1", completed_at=completed_at, last_event_at=last_event_at)
    late = LateEntry(performed_at=performed_at, reason=reason)
    found = refusals_to_enter_late(late, [vial], at=NOON, has_second=has_second)
    return [refusal.code for refusal in found]


def test_takes_what_was_done_within_the_limit() -> None:
    assert codes(NOON - HOUR) == []
    assert codes(NOON - UNLESS_SET) == []
    assert codes(NOON, last_event_at=None) == []


def test_says_every_reason_at_once() -> None:
    assert codes(NOON + HOUR) == ["LATE_IN_FUTURE"]
    assert codes(NOON - UNLESS_SET - timedelta(seconds=1)) == ["LATE_TOO_OLD"]
    assert codes(NOON - 2 * HOUR, last_event_at=NOON - HOUR) == ["LATE_BEFORE_PREVIOUS"]
    assert codes(NOON - HOUR, reason=" ", has_second=False) == [
        "LATE_WITHOUT_REASON",
        "LATE_NEEDS_SECOND",
    ]
    assert codes(NOON - 2 * HOUR, completed_at=NOON - HOUR, last_event_at=NOON) == [
        "LATE_BEFORE_COMPLETION",
        "LATE_BEFORE_PREVIOUS",
    ]
