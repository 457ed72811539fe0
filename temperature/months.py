"""The months that the table of readings is parted by: made ahead, and when back-fill needs one."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection

MONTHS_AHEAD = 2
TABLE = "temperature_reading"


def months_of(times: Iterable[datetime]) -> set[date]:
    """Return the first day of each month, in UTC, that one of `times` (in UTC) falls in."""
    return {date(year, month, 1) for year, month in {(at.year, at.month) for at in times}}


def months_ahead(at: datetime) -> list[date]:
    """Return the first days of this month and of the next ones that must be there."""
    count = at.year * 12 + at.month - 1
    return [
        date(number // 12, number % 12 + 1, 1) for number in range(count, count + MONTHS_AHEAD + 1)
    ]


def missing(months: Iterable[date]) -> list[date]:
    """Return those of `months` that readings cannot be stored in yet; one query."""
    wanted = sorted(months)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m FROM unnest(%s::date[]) m "
            "WHERE to_regclass('public.' || %s || to_char(m, '_YYYY_MM')) IS NULL",
            [wanted, TABLE],
        )
        return [month for (month,) in cursor.fetchall()]


def make_months(months: Iterable[date]) -> list[date]:
    """
    Make those of `months` that are missing; return them. Two may do so at once.

    Call it outside a transaction: for a moment nobody else reads or stores.
    """
    made = missing(months)
    with connection.cursor() as cursor:
        for month in made:
            cursor.execute("SELECT public.temperature_make_month(%s)", [month])
    return made
