"""Writing an instant in words as the clock of a site shows it, with its offset."""

import re
from datetime import UTC, datetime, tzinfo

from django.utils import timezone

IN_UTC = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC")


def in_words(at: datetime, zone: tzinfo | None = None) -> str:
    """
    Write an instant as local time with its offset, to the minute.

    zone: of the site it is about; without it the zone in force, which in a request is that of
    the site the page shows.
    Source: URS-71; the offset tells the two 01:30 of a change night apart.
    """
    return timezone.localtime(at, zone).isoformat(sep=" ", timespec="minutes")


def with_local_times(words: str) -> str:
    """
    Write the instants inside of words, which records keep in UTC, by the clock that a page shows.

    Source: URS-71.
    """
    return IN_UTC.sub(lambda found: in_words(_read(found[0])), words)


def _read(written: str) -> datetime:
    return datetime.strptime(written, "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC)
