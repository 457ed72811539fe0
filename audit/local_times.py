"""Writing an instant in words as the clock of a site shows it, with its offset."""

from datetime import datetime, tzinfo

from django.utils import timezone


def in_words(at: datetime, zone: tzinfo | None = None) -> str:
    """
    Write an instant as local time with its offset, to the minute.

    zone: of the site it is about; without it the zone in force, which in a request is that of
    the site the page shows.
    Source: URS-71; the offset tells the two 01:30 of a change night apart.
    """
    return timezone.localtime(at, zone).isoformat(sep=" ", timespec="minutes")
