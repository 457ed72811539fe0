"""The time that a page or a curve is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.dateparse import parse_datetime

RANGES = {
    "6h": ("6 hours", timedelta(hours=6)),
    "24h": ("24 hours", timedelta(hours=24)),
    "7d": ("7 days", timedelta(days=7)),
    "30d": ("30 days", timedelta(days=30)),
    "1y": ("1 year", timedelta(days=365)),
}
USUAL = "24h"
LONGEST = timedelta(days=3660)


@dataclass(frozen=True, kw_only=True)
class Span:
    """A time from `since` on, up to but without `until`."""

    since: datetime
    until: datetime


def range_of(query: Mapping[str, str]) -> str:
    """Return the name of the range that an address asks for; the usual one where it names none."""
    asked = query.get("range", "")
    return asked if asked in RANGES else USUAL


def span_of(query: Mapping[str, str]) -> Span | None:
    """Read `from` and `to`, ISO times with their zone; None where they name no time."""
    since, until = _instant(query.get("from", "")), _instant(query.get("to", ""))
    if since is None or until is None or not timedelta(0) < until - since <= LONGEST:
        return None
    return Span(since=since, until=until)


def _instant(words: str) -> datetime | None:
    try:
        read = parse_datetime(words)
    except ValueError:  # well written, but no such day or hour
        return None
    return read if read is not None and read.tzinfo is not None else None
