"""When reviews are due, and what may be signed as reviewed; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from audit.errors import Refusal
from temperature.models import ReviewKind

MOST_NAMED = 5
HOUR = timedelta(hours=1)
LONGEST = timedelta(days=367)
BOUNDS = {
    "alarm_days": ("Days that one review of the log of alarms may cover", 1, 92),
    "reading_days": ("Days that one review of readings may cover", 1, 366),
    "grace_days": ("Days after which a review that is due is overdue", 0, 31),
}
"""Each limit by name: its words, the least and the most that a site may set."""
NOTHING = Refusal("NOTHING_TO_REVIEW", "No probe sat in these units in that time.")
NOT_OVER = Refusal("PERIOD_NOT_OVER", "This period is not over yet. Choose days that are past.")
NO_PERIOD = Refusal("NO_PERIOD", "The last day comes before the first one. Choose them anew.")
TOO_LONG = Refusal("PERIOD_TOO_LONG", "A review covers a year at the most. Choose fewer days.")
NOT_JUDGED = Refusal(
    "READINGS_NOT_JUDGED", "Readings of that time have just come and are being judged. Look again."
)
CHANGED = Refusal(
    "SCOPE_CHANGED", "What is in scope changed since the page was opened. Open it again and look."
)


@dataclass(frozen=True, kw_only=True)
class DueRules:
    """How often reviews are due; version 0 is what holds until somebody signs another."""

    alarm_days: int = 7
    reading_days: int = 31
    grace_days: int = 3
    version: int = 0

    def every(self, kind: ReviewKind) -> timedelta:
        """Return how long one review of a kind may cover."""
        is_alarms = kind is ReviewKind.ALARMS
        return timedelta(days=self.alarm_days if is_alarms else self.reading_days)

    @property
    def grace(self) -> timedelta:
        """How long a review may be due before it is overdue."""
        return timedelta(days=self.grace_days)


def refusals_of_due_rules(rules: DueRules) -> list[Refusal]:
    """Say which limit lies outside what a site may set."""
    return [
        Refusal("OUT_OF_BOUNDS", f"{label}: from {least} to {most}.")
        for name, (label, least, most) in BOUNDS.items()
        if not least <= getattr(rules, name) <= most
    ]


@dataclass(frozen=True)
class Reviewed:
    """A time that one review of a unit covers; is_changed: what was in scope is so no more."""

    since: datetime
    until: datetime
    is_changed: bool = False


class DueState(StrEnum):
    """How a unit stands with one kind of review; the worst first."""

    OVERDUE = "overdue"
    CHANGED = "changed"
    DUE = "due"
    LATER = "later"


@dataclass(frozen=True, kw_only=True)
class Due:
    """
    What is to be reviewed next.

    since: from when on nothing that stands covers it; until: where the next review that stands
    begins, or up to now; due_at: when it is due.
    """

    state: DueState
    since: datetime
    until: datetime
    due_at: datetime


def due_of(
    reviews: Iterable[Reviewed],
    *,
    since: datetime,
    until: datetime,
    every: timedelta,
    grace: timedelta,
    at: datetime,
) -> Due | None:
    """
    Say what is to be reviewed next of one unit; None where all of it was reviewed.

    reviews: in any order; one that changed since covers nothing. since, until: in which the unit
    had a probe. Source: URS-104, URS-107.
    """
    found = list(reviews)
    hole = first_unreviewed((row for row in found if not row.is_changed), since=since, until=until)
    if hole is None:
        return None
    begins, ends = hole
    due_at = begins + every
    is_changed = any(row.is_changed and row.since < ends and row.until > begins for row in found)
    state = DueState.DUE if at >= due_at else DueState.LATER
    if at > due_at + grace:
        state = DueState.OVERDUE
    elif is_changed:
        state = DueState.CHANGED
    return Due(state=state, since=begins, until=ends, due_at=due_at)


def first_unreviewed(
    reviews: Iterable[Reviewed], *, since: datetime, until: datetime
) -> tuple[datetime, datetime] | None:
    """Return the first part of a time that none of these reviews covers; None where all is."""
    reached = since
    for row in sorted(reviews, key=lambda row: row.since):
        if row.since > reached:
            return (reached, min(row.since, until)) if reached < until else None
        reached = max(reached, row.until)
    return (reached, until) if reached < until else None


def without_calibration(
    calibrated: Sequence[tuple[datetime, datetime]], *, since: datetime, until: datetime
) -> timedelta:
    """
    Return for how long of a time no calibration counted.

    calibrated: from when until when each counts, in any order. Source: URS-30.
    """
    missing, reached = timedelta(), since
    for begins, ends in sorted(calibrated):
        if begins >= until:
            break
        missing += max(timedelta(), begins - reached)
        reached = max(reached, ends)
    return missing + max(timedelta(), until - reached)


def refusals_to_review(
    *,
    since: datetime,
    until: datetime,
    at: datetime,
    units: int,
    is_judged: bool,
    digest: str,
    digest_shown: str,
    own: Sequence[str],
) -> list[Refusal]:
    """
    Say every reason why a period may not be signed as reviewed; empty when it may.

    own: the acknowledgements and pauses in scope that are the reviewer's, named.
    Source: URS-43, URS-104, URS-107.
    """
    reasons = (
        (not units, NOTHING),
        (not is_judged, NOT_JUDGED),
        (digest != digest_shown, CHANGED),
    )
    found = [refusal for holds, refusal in reasons if holds] + ([_own(own)] if own else [])
    return [*refusals_of_period(since=since, until=until, at=at), *found]


def refusals_of_period(*, since: datetime, until: datetime, at: datetime) -> list[Refusal]:
    """Say every reason why nothing of a period may be reviewed, before anything in it is read."""
    reasons = (
        (until <= since, NO_PERIOD),
        (until - since > LONGEST, TOO_LONG),
        (_whole_hour(until) > at, NOT_OVER),
    )
    return [refusal for holds, refusal in reasons if holds]


def _whole_hour(at: datetime) -> datetime:
    """Return the end of the hour, in UTC, in which a time lies."""
    past = timedelta(seconds=at.timestamp() % HOUR.total_seconds())
    return at if not past else at - past + HOUR


def _own(named: Sequence[str]) -> Refusal:
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return Refusal(
        "OWN_ALARMS",
        f"You acknowledged or silenced what is in scope: {', '.join(named[:MOST_NAMED])}{more}. "
        "Somebody else of quality must review it.",
    )
