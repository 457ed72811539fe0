"""How grave, how late and how loud: the rules of alarms; pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from temperature.models import GRAVITY, Alarm, Excursion, ExcursionRule, Gap, GapCause, Level
from temperature.rules.bands import bands_of
from temperature.rules.contacts import how_long
from temperature.rules.filling import fill_rules_of
from temperature.rules.intervals import silent_after
from temperature.rules.noise import ALL_JUMPS_WITHIN

LATE_AFTER = timedelta(minutes=15)
"""Found this long after it could have been, an alarm is late. Source: REQUIREMENTS scenario 7."""


def level_of(row: Excursion | Gap) -> Level:
    """
    Return how grave an excursion or a gap is; a probe that gives no evidence calls for action.

    A contact that says nothing warns: how cold it is the thermometers say. row: with its probe.
    Source: REQUIREMENTS A11, B4; URS-108.
    """
    if isinstance(row, Excursion):
        return Level(row.level)
    return Level.WARNING if row.probe.is_contact else Level.ACTION


def gravest(rows: Iterable[Excursion | Gap]) -> Excursion | Gap:
    """Return the row that an alarm tells of: the gravest, and of those the newest; not empty."""
    return max(rows, key=lambda row: (GRAVITY[level_of(row)], row.began_at))


def is_found_late(row: Excursion | Gap, *, at: datetime) -> bool:
    """
    Say whether what began could have been found long before `at`, had its readings come in time.

    New limits find nothing before they are in force. row: with its limits or its probe.
    Source: URS-107; REQUIREMENTS scenario 7.
    """
    could_be = row.began_at + _patience(row)
    if isinstance(row, Excursion):
        could_be = max(could_be, row.limits.effective_at)
    return at - could_be > LATE_AFTER


def _patience(row: Excursion | Gap) -> timedelta:
    """Return how long it had to last before it was one."""
    if isinstance(row, Excursion) and row.rule != ExcursionRule.LIMIT:
        rules = fill_rules_of(row.limits)
        waits = rules is not None and row.rule == ExcursionRule.NO_RISE
        return rules.within if rules is not None and waits else timedelta()
    if isinstance(row, Excursion):
        delays = [
            band.delay
            for band in bands_of(row.limits)
            if (band.level, band.side) == (row.level, row.side)
        ]
        return max(delays, default=timedelta())
    if row.cause == GapCause.FLAT:
        return row.probe.flat_after or timedelta()
    if row.cause == GapCause.JUMPS:
        return ALL_JUMPS_WITHIN
    return silent_after(row.probe.expected_every)


def late_by(alarm: Alarm) -> str:
    """
    Say how long before it was found what a late alarm tells of had begun; empty of any other.

    alarm: with its excursion and its gap. Source: REQUIREMENTS scenario 7; URS-107.
    """
    if not alarm.is_late:
        return ""
    told = alarm.excursion or alarm.gap
    lasted = timedelta() if told is None else told.found_at - told.began_at
    return how_long(lasted) if lasted > LATE_AFTER else "long"


def late_in_words(alarm: Alarm) -> str:
    """Say in a cell that an alarm was raised late, and by how much; empty of any other."""
    begun = late_by(alarm)
    return f"late, begun {begun} before" if begun else ""


def is_worse(alarm: Alarm, row: Excursion | Gap) -> bool:
    """Say whether an open alarm must be told anew because of a row that was found since."""
    return GRAVITY[level_of(row)] >= GRAVITY[Level(alarm.level)]


def belongs_to(alarm: Alarm, row: Excursion | Gap) -> bool:
    """Say whether a row is of the trouble that an alarm tells of, not of an earlier one."""
    told = alarm.excursion or alarm.gap
    is_later = told is None or row.ended_at is None or row.ended_at > told.began_at
    return row.unit_id == alarm.unit_id and is_later
