"""What every reader of codes shares: the refusal it raises and the shape checks it uses."""

from datetime import date, time, timedelta

CENTURY_1900 = "9"
"""ISBT 128 writes the third digit of the year first: 9 is 19xx, 0 is 20xx, 1 is 21xx."""


class UnreadableScan(Exception):
    """Say in the floor's words why a scan cannot be used and what to do now."""

    def __init__(self, words: str, *, code: str = "SCAN_UNREADABLE") -> None:
        super().__init__(words)
        self.words = words
        self.code = code


def julian_date(cyyjjj: str) -> date:
    """
    Turn century digit, year and day of year into a date.

    Raises UnreadableScan: the year does not have that day.
    Source: ISBT 128 ST-001, data structures 004 to 009.
    """
    century = 1900 if cyyjjj[0] == CENTURY_1900 else 2000 + 100 * int(cyyjjj[0])
    year, day_of_year = century + int(cyyjjj[1:3]), int(cyyjjj[3:6])
    found = date(year, 1, 1) + timedelta(days=day_of_year - 1) if day_of_year else None
    if found is None or found.year != year:
        raise UnreadableScan(
            f"The date on this label is impossible: day {cyyjjj[3:6]} of {year}. "
            "Set the item aside and ask for a new label."
        )
    return found


def clock_time(hhmm: str) -> time:
    """
    Turn hours and minutes into a time of day.

    Raises UnreadableScan: the clock does not have that time.
    """
    hour, minute = int(hhmm[:2]), int(hhmm[2:])
    if hour > 23 or minute > 59:
        raise UnreadableScan(
            f"The time on this label is impossible: {hhmm[:2]}:{hhmm[2:]}. "
            "Set the item aside and ask for a new label."
        )
    return time(hour, minute)
