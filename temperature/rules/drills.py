"""When a drill can be started, and when one is overdue; pure."""

from datetime import datetime, timedelta

from audit.errors import Refusal

NOTHING_TO_DRILL_WITH = Refusal(
    "NOTHING_TO_DRILL_WITH", "No probe sits in a unit of this site. Fit one first."
)
DRILL_GOES_ON = Refusal(
    "DRILL_GOES_ON", "A drill goes on at this site. Acknowledge its alarm before the next one."
)


def is_overdue(last_passed_at: datetime | None, *, every: timedelta, at: datetime) -> bool:
    """
    Say whether a drill is overdue; one that nobody acknowledged counts for nothing.

    Source: URS-110, weekly.
    """
    return last_passed_at is None or at - last_passed_at > every
