"""Gathering what was measured by hours and days, each time from the raw readings."""

from collections.abc import Collection
from typing import Any

from django.db import connection

from temperature.corrections import VALUE, WITH_CORRECTION
from temperature.models import CONTACTS

METHOD = "corrected-mean-2"
OF_CONTACTS = "states-1"
"""Of a contact readings are counted, and no mean is taken: its spells say how long it was open."""

INTO_HOURS = f"""
    INSERT INTO public.temperature_rollup
        (probe_id, period, began_at, readings, usable, lowest, highest, mean, method)
    SELECT r.probe_id, 'hour', date_trunc('hour', r.device_at, 'UTC'), count(*),
        count(*) FILTER (WHERE r.flags & %(unusable)s = 0),
        min({VALUE}) FILTER (WHERE r.flags & %(unusable)s = 0),
        max({VALUE}) FILTER (WHERE r.flags & %(unusable)s = 0),
        CASE WHEN p.quantity <> ALL(%(contacts)s)
            THEN avg({VALUE}) FILTER (WHERE r.flags & %(unusable)s = 0) END,
        CASE WHEN p.quantity <> ALL(%(contacts)s) THEN %(method)s ELSE %(of_contacts)s END
    FROM public.temperature_probestate s
    JOIN public.temperature_probe p ON p.id = s.probe_id
    JOIN public.temperature_reading r ON r.probe_id = s.probe_id
        AND r.device_at >= date_trunc('hour', s.dirty_from, 'UTC')
    {WITH_CORRECTION}
    WHERE s.probe_id = ANY(%(probes)s) AND s.dirty_from IS NOT NULL
    GROUP BY r.probe_id, 3, p.quantity
    ORDER BY r.probe_id, 3
    ON CONFLICT (probe_id, period, began_at) DO UPDATE SET readings = EXCLUDED.readings,
        usable = EXCLUDED.usable, lowest = EXCLUDED.lowest, highest = EXCLUDED.highest,
        mean = EXCLUDED.mean, method = EXCLUDED.method
"""  # noqa: S608 - words of our own modules

INTO_DAYS = """
    INSERT INTO public.temperature_rollup
        (probe_id, period, began_at, readings, usable, lowest, highest, mean, method)
    SELECT h.probe_id, 'day', date_trunc('day', h.began_at, 'UTC'), sum(h.readings),
        sum(h.usable), min(h.lowest), max(h.highest),
        sum(h.mean * h.usable) / NULLIF(sum(h.usable), 0), min(h.method)
    FROM public.temperature_probestate s
    JOIN public.temperature_rollup h ON h.probe_id = s.probe_id AND h.period = 'hour'
        AND h.began_at >= date_trunc('day', s.dirty_from, 'UTC')
    WHERE s.probe_id = ANY(%(probes)s) AND s.dirty_from IS NOT NULL
    GROUP BY h.probe_id, 3
    ORDER BY h.probe_id, 3
    ON CONFLICT (probe_id, period, began_at) DO UPDATE SET readings = EXCLUDED.readings,
        usable = EXCLUDED.usable, lowest = EXCLUDED.lowest, highest = EXCLUDED.highest,
        mean = EXCLUDED.mean, method = EXCLUDED.method
"""


def gather(probe_ids: Collection[int], *, unusable: int) -> None:
    """
    Gather anew the hours and days of these probes that readings came for; two statements.

    unusable: the flags of readings that do not count. Source: PI 041 section 9; URS-111.
    """
    asked: dict[str, Any] = {
        "probes": list(probe_ids),
        "unusable": unusable,
        "method": METHOD,
        "of_contacts": OF_CONTACTS,
        "contacts": [quantity.value for quantity in CONTACTS],
    }
    with connection.cursor() as cursor:
        cursor.execute(INTO_HOURS, asked)
        cursor.execute(INTO_DAYS, {"probes": asked["probes"]})
