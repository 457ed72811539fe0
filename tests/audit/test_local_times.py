"""Instants inside of words are shown by the clock of the page; the words themselves stay."""

from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from audit.local_times import with_local_times

WORDS = "ULT-01 was too warm for 9 min from 2026-10-25 00:30 UTC, and from 2026-10-25 01:30 UTC."


@pytest.mark.urs("URS-71")
@pytest.mark.parametrize(
    ("zone", "first", "second"),
    [
        ("Europe/Zurich", "2026-10-25 02:30+02:00", "2026-10-25 02:30+01:00"),
        ("America/New_York", "2026-10-24 20:30-04:00", "2026-10-24 21:30-04:00"),
    ],
)
def test_shows_each_instant_with_its_offset(zone: str, first: str, second: str) -> None:
    with timezone.override(ZoneInfo(zone)):
        shown = with_local_times(WORDS)

    assert shown == f"ULT-01 was too warm for 9 min from {first}, and from {second}."
    assert with_local_times("Expires at the end of 2031-10-08.") == (
        "Expires at the end of 2031-10-08."
    )
