"""What probes measured beyond a value, one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from temperature.corrections import VALUE, WITH_CORRECTION
from temperature.models import UNUSABLE_BITS

ABOVE = f"""
    SELECT w.key, r.device_at, {VALUE}
    FROM unnest(%(keys)s::int[], %(probes)s::bigint[], %(begins)s::timestamptz[],
        %(ends)s::timestamptz[], %(limits)s::float8[]) AS w (key, probe, begins, ends, top)
    JOIN public.temperature_reading r ON r.probe_id = w.probe
        AND r.device_at >= w.begins AND r.device_at < w.ends
        AND r.flags & %(unusable)s = 0 AND r.received_at <= %(received_by)s
    {WITH_CORRECTION}
    WHERE {VALUE} > w.top
    ORDER BY w.key, r.device_at
"""  # noqa: S608 - words of our own modules


# Which corrections were known by an instant, by the Change that recorded each.
ABOVE_THEN = ABOVE.replace(
    "public.temperature_calibration c",
    """(SELECT n.* FROM public.temperature_calibration n
        JOIN public.temperature_historicalcalibration h ON h.id = n.id AND h.history_type = '+'
        JOIN public.audit_change x ON x.id = h.change_id AND x.recorded_at <= %(received_by)s) c""",
)


@dataclass(frozen=True)
class Window:
    """A time, without its end, of one probe, and a value."""

    probe_id: int
    since: datetime
    until: datetime
    limit: float


def readings_above(
    windows: Sequence[Window], received_by: datetime | None = None
) -> list[tuple[int, datetime, float]]:
    """
    Return the number of the window, time and value of what was above its limit, in order.

    received_by: only readings that were there by then, with the corrections known by then.
    """
    asked: dict[str, Any] = {
        "keys": list(range(len(windows))),
        "probes": [window.probe_id for window in windows],
        "begins": [window.since for window in windows],
        "ends": [window.until for window in windows],
        "limits": [window.limit for window in windows],
        "unusable": UNUSABLE_BITS,
        "received_by": received_by or datetime.max.replace(tzinfo=UTC),
    }
    with connection.cursor() as cursor:
        cursor.execute(ABOVE if received_by is None else ABOVE_THEN, asked)
        return list(cursor.fetchall())
