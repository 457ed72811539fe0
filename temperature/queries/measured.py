"""What probes measured in a time, counted reading by reading, for papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from temperature.corrections import VALUE, WITH_CORRECTION
from temperature.models import UNUSABLE_BITS, Probe, Side
from temperature.rules.bands import Band
from temperature.rules.intervals import silent_after

MEASURED = f"""
    SELECT w.key, count(r.device_at), count(r.device_at) FILTER (WHERE r.flags & %(unusable)s = 0),
        min({VALUE}) FILTER (WHERE r.flags & %(unusable)s = 0),
        max({VALUE}) FILTER (WHERE r.flags & %(unusable)s = 0),
        avg({VALUE}) FILTER (WHERE r.flags & %(unusable)s = 0)
    FROM unnest(%(keys)s::int[], %(probes)s::bigint[], %(begins)s::timestamptz[],
        %(ends)s::timestamptz[]) AS w (key, probe, begins, ends)
    LEFT JOIN public.temperature_reading r ON r.probe_id = w.probe
        AND r.device_at >= w.begins AND r.device_at < w.ends
    {WITH_CORRECTION}
    GROUP BY w.key ORDER BY w.key
"""  # noqa: S608 - words of our own modules
# A reading stands until the next one that counts; silence longer than is normal adds nothing.
BEYOND = f"""
    SELECT w.key, COALESCE(sum(extract(epoch FROM
        LEAST(n.device_at, w.ends) - GREATEST(r.device_at, w.begins)
    )) FILTER (WHERE r.device_at IS NOT NULL), 0)
    FROM unnest(%(keys)s::int[], %(probes)s::bigint[], %(begins)s::timestamptz[],
        %(ends)s::timestamptz[], %(limits)s::float8[], %(aboves)s::boolean[],
        %(silents)s::interval[]) AS w (key, probe, begins, ends, top, is_above, silent)
    LEFT JOIN (public.temperature_reading r {WITH_CORRECTION} JOIN LATERAL (
        SELECT x.device_at FROM public.temperature_reading x
        WHERE x.probe_id = r.probe_id AND x.device_at > r.device_at AND x.flags & %(unusable)s = 0
        ORDER BY x.device_at LIMIT 1
    ) n ON true) ON r.probe_id = w.probe AND w.begins < w.ends
        AND r.device_at > w.begins - w.silent AND r.device_at < w.ends AND n.device_at > w.begins
        AND r.flags & %(unusable)s = 0 AND n.device_at <= r.device_at + w.silent
        AND CASE WHEN w.is_above THEN {VALUE} > w.top ELSE {VALUE} < w.top END
    GROUP BY w.key ORDER BY w.key
"""  # noqa: S608 - words of our own modules


@dataclass(frozen=True)
class Window:
    """A time, without its end, of one probe."""

    probe: Probe
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Measured:
    """
    What was measured in a window; values are absent where nothing usable came.

    readings: how many came; usable: how many of them count; mean: of these, unweighted.
    """

    readings: int
    usable: int
    lowest: float | None
    highest: float | None
    mean: float | None


def measured_in(windows: Sequence[Window]) -> list[Measured]:
    """
    Count the raw readings of each window, in the order asked for; one statement.

    Source: 21 CFR 211.180(e); REQUIREMENTS D2 no. 5.
    """
    with connection.cursor() as cursor:
        cursor.execute(MEASURED, _columns(windows))
        return [
            Measured(readings=readings, usable=usable, lowest=lowest, highest=highest, mean=mean)
            for _, readings, usable, lowest, highest, mean in cursor
        ]


def seconds_beyond(asked: Sequence[tuple[Window, Band]]) -> list[int]:
    """
    Return for how long readings stood beyond a limit in each window, whatever its delay.

    The reading before a window stands in it too, until the next one. Counted as the seconds of an
    excursion are; one statement. Source: REQUIREMENTS B4, B7.
    """
    values = _columns([window for window, _ in asked]) | {
        "limits": [band.limit for _, band in asked],
        "aboves": [band.side == Side.ABOVE for _, band in asked],
        "silents": [silent_after(window.probe.expected_every) for window, _ in asked],
    }
    with connection.cursor() as cursor:
        cursor.execute(BEYOND, values)
        return [round(seconds) for _, seconds in cursor]


def _columns(windows: Sequence[Window]) -> dict[str, Any]:
    return {
        "keys": list(range(len(windows))),
        "probes": [window.probe.pk for window in windows],
        "begins": [window.since for window in windows],
        "ends": [window.until for window in windows],
        "unusable": UNUSABLE_BITS,
    }
