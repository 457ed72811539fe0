"""The day of an expiry: kept as an instant, printed and read as a day."""

from datetime import UTC, date, datetime, timedelta


def last_day(expires_at: datetime) -> date:
    """Return the last day on which something may be used that is expired from `expires_at` on."""
    return (expires_at - timedelta(microseconds=1)).astimezone(UTC).date()
