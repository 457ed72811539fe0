"""Readings whose time cannot be true, because a clock was wrong: kept, and never in the way."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from temperature.models import Intake, SetAside
from temperature.rules.taking import Row

INTO_ASIDE = """
    INSERT INTO public.temperature_setaside
        (probe_id, device_at, value, flags, gateway_at, received_at, intake_id)
    SELECT n.probe_id, n.device_at, n.value, n.flags, n.gateway_at, %s, %s
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::float8[], %s::int2[], %s::timestamptz[])
        AS n (probe_id, device_at, value, flags, gateway_at)
    ON CONFLICT DO NOTHING
    RETURNING probe_id, device_at, value
"""

INTO_STATES = """
    INSERT INTO public.temperature_probestate AS s
        (probe_id, last_flags, heard_at, dirty_from, arrivals)
    SELECT n.probe_id, n.flags, %(at)s, %(at)s, 1
    FROM unnest(%(probes)s::bigint[], %(flags)s::int2[]) AS n (probe_id, flags)
    ORDER BY n.probe_id
    ON CONFLICT (probe_id) DO UPDATE SET
        arrivals = s.arrivals + 1,
        last_flags = EXCLUDED.last_flags,
        heard_at = GREATEST(s.heard_at, EXCLUDED.heard_at),
        dirty_from = LEAST(s.dirty_from, EXCLUDED.dirty_from)
"""

INTO_CLOCKS = """
    UPDATE public.temperature_probestate s SET clock_at = n.clock_at, clock_heard_at = %s
    FROM unnest(%s::bigint[], %s::timestamptz[]) AS n (probe_id, clock_at)
    WHERE s.probe_id = n.probe_id AND (s.clock_heard_at IS NULL OR s.clock_heard_at < %s)
"""


def set_aside(rows: Sequence[Row], *, intake_id: int, at: datetime) -> list[Row]:
    """
    Keep readings of clocks that are wrong; return those that were not known.

    A time that came is judged: nothing usable was heard then. Source: URS-75, URS-108, URS-111.
    """
    if not rows:
        return []
    probes, times, values, flags, gateways = (list(column) for column in zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(INTO_ASIDE, [at, intake_id, probes, times, values, flags, gateways])
        new = set(cursor.fetchall())
        newest = {row[0]: row[3] for row in rows if row[:3] in new}
        if newest:
            said: dict[str, Any] = {
                "at": at,
                "probes": list(newest),
                "flags": list(newest.values()),
            }
            cursor.execute(INTO_STATES, said)
    return [row for row in rows if row[:3] in new]


def keep_clocks(clocks: Mapping[int, datetime], *, at: datetime) -> None:
    """Keep how the clock of each probe stood when it sent last, so that the next can be judged."""
    if clocks:
        with connection.cursor() as cursor:
            cursor.execute(INTO_CLOCKS, [at, list(clocks), list(clocks.values()), at])


def rows_aside(intake: Intake) -> Iterator[Row]:
    """Yield what an arrival brought that was set aside, as its digest takes it."""
    rows = SetAside.objects.filter(intake=intake).order_by("probe_id", "device_at", "value")
    columns = rows.values_list("probe_id", "device_at", "value", "flags", "gateway_at")
    yield from columns.iterator(chunk_size=5000)
