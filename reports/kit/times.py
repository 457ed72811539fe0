"""Times on paper: site time with its offset, and UTC."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from audit.configuration import configuration_checksum, schema_level


def local(at: datetime, zone: ZoneInfo) -> str:
    """
    Write a time as the site's clock shows it, with its offset.

    Source: URS-71; the offset tells the two 01:30 of a change night apart.
    """
    shown = at.astimezone(zone)
    return f"{shown:%Y-%m-%d %H:%M:%S}{_offset(shown)}"


def utc(at: datetime) -> str:
    """Write a time in UTC, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def exact(at: datetime) -> str:
    """Write a time in UTC with every digit the record has; for machine copies."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def software() -> str:
    """
    Name the software, its version, schema and configuration as it made the record.

    Source: 21 CFR 11.10(k)(2); URS-03.
    """
    return (
        f"freezer-inventory {settings.APP_VERSION} {settings.APP_COMMIT} "
        f"schema {schema_level()} configuration {configuration_checksum()}"
    )


def _offset(at: datetime) -> str:
    minutes = (at.utcoffset() or timedelta()) // timedelta(minutes=1)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
