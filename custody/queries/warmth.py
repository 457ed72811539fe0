"""How cold vials were kept: stays, probes, excursions and times out, in one statement."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection

from custody.exposure import GOES_ON_WITHIN
from custody.handling import EXPECTED_PICK_SECONDS
from custody.keys import as_array
from custody.moment import Moment, asked
from custody.queries.lifted import LIFTS, OF_ACCEPTANCES, OF_LIFTS, OF_WAYS
from custody.queries.too_warm import OF_WARM
from custody.queries.warming import CURVES, OF_CURVES, OF_TIMES_OUT
from custody.queries.warmth_reading import Reader
from custody.time_out import CAME_INTO_HAND, CARRIED_BY, COLD_FOR, OUT_SINCE, PICKED_AT
from custody.warmth_facts import TemperatureFacts
from inventory.models import Category, Custody
from temperature.models import UNUSABLE_BITS, Quantity

OUT = (Custody.CHECKED_OUT, Custody.RECEIVED, Custody.RETURNED)
"""Where a vial is warming up; packed and on its way it is in a shipper that keeps it cold."""

OF_BUDGETS = f"""
    SELECT 'budget', l.product_id, l.product_id, NULL, NULL, jsonb_build_array(
        l.warmest_allowed_celsius, extract(epoch FROM l.longest_single_exposure),
        extract(epoch FROM l.longest_total_exposure), l.most_exposures,
        COALESCE((SELECT h.expected_pick_seconds FROM public.custody_handlingrules h
            ORDER BY h.version DESC LIMIT 1), {EXPECTED_PICK_SECONDS}))
    FROM (
        SELECT DISTINCT ON (l.product_id) l.* FROM public.inventory_stabilitylimits l
        WHERE l.product_id IN (SELECT product_id FROM vials) AND l.effective_at <= %(at)s
        ORDER BY l.product_id, l.version DESC
    ) l
"""
# The newest usable reading of a probe; of a logger that came late, the newest that was judged, so
# that what its next reading leaves out counts as read at no time.
READ_UP_TO = f"""
    CASE WHEN f.is_read_late AND s.dirty_from IS NOT NULL THEN (
        SELECT r.device_at FROM public.temperature_reading r
        WHERE r.probe_id = f.probe_id AND r.device_at < s.dirty_from
            AND r.flags & {UNUSABLE_BITS} = 0
        ORDER BY r.device_at DESC LIMIT 1
    ) ELSE s.usable_at END
"""
# Written by hand: every scan asks it. Everything of a unit is read once, however many of its vials
# are asked for. `tests/custody/queries/test_warmth.py` holds it against the rows.
WARMTH = f"""
    WITH vials AS (
        SELECT v.id, v.custody, v.kind, v.volume_ml, b.product_id, d.storage_class
        FROM public.inventory_vial v JOIN public.inventory_batch b ON b.id = v.batch_id
        JOIN public.inventory_product d ON d.id = b.product_id WHERE v.id = ANY(%(vials)s)
    ), stays AS (
        SELECT s.vial_id, s.unit_id, s.began_at, s.ended_at, s.began_with_id, s.ended_with_id,
            p.container_id
        FROM public.custody_stay s JOIN public.inventory_position p ON p.id = s.position_id
        WHERE s.vial_id = ANY(%(vials)s)
    ), units AS (
        SELECT unit_id, min(began_at) AS since,
            CASE WHEN bool_or(ended_at IS NULL) THEN 'infinity' ELSE max(ended_at) END AS upto
        FROM stays GROUP BY unit_id
    ), fittings AS (
        SELECT f.unit_id, f.probe_id, f.began_at, f.ended_at, p.code, p.expected_every,
            t.category = '{Category.SHIPPER.value}' AS is_read_late
        FROM units u JOIN public.temperature_fitting f ON f.unit_id = u.unit_id
            AND f.began_at < u.upto AND COALESCE(f.ended_at, 'infinity') > u.since
        JOIN public.temperature_probe p ON p.id = f.probe_id
        JOIN public.inventory_container c ON c.id = f.unit_id
        JOIN public.inventory_containertype t ON t.id = c.type_id
        WHERE p.quantity = '{Quantity.TEMPERATURE.value}'
    ), {CURVES}, {LIFTS}
    SELECT 'vials', v.product_id, NULL::bigint, NULL::timestamptz, NULL::timestamptz,
        jsonb_build_array(v.storage_class, v.kind, v.volume_ml, jsonb_agg(v.id))
    FROM vials v
    GROUP BY v.product_id, v.storage_class, v.kind, v.volume_ml
    UNION ALL
    SELECT CASE WHEN o.is_arrival THEN 'arrived' ELSE 'outings' END, NULL, NULL, NULL, NULL,
        jsonb_build_array(o.lengths, jsonb_agg(o.vial_id))
    FROM (
        SELECT t.vial_id, t.from_custody = '{Custody.RECEIVED.value}' AS is_arrival,
            jsonb_agg(COALESCE(t.details -> 'seconds_exposed', to_jsonb(LEAST(
                (t.details -> 'seconds_out')::float8, extract(epoch FROM %(at)s - p.since)::float8
            ))) ORDER BY t.seq) AS lengths
        FROM told t
        CROSS JOIN LATERAL (SELECT (t.details ->> '{PICKED_AT}')::timestamptz AS since) p
        WHERE t.details ? 'seconds_out' AND t.details -> 'seconds_exposed' IS DISTINCT FROM '0'
            AND COALESCE(p.since <= %(at)s, true)
        GROUP BY t.vial_id, is_arrival
    ) o GROUP BY o.is_arrival, o.lengths
    UNION ALL
    SELECT 'out', v.id, NULL, NULL, NULL, (
        SELECT jsonb_build_array(extract(epoch FROM COALESCE(
                (e.details ->> '{OUT_SINCE}')::timestamptz, e.performed_at, e.recorded_at)),
            extract(epoch FROM COALESCE(e.performed_at, e.recorded_at)),
            COALESCE((e.details ->> '{COLD_FOR}')::float8, 0), e.details -> '{CARRIED_BY}', e.kind)
        FROM public.custody_custodyevent e
        WHERE e.vial_id = v.id AND e.kind = ANY(%(leaving)s)
        ORDER BY e.seq DESC LIMIT 1)
    FROM vials v WHERE v.custody = ANY(%(out)s)
    UNION ALL
    SELECT 'out', p.vial_id, NULL, NULL, NULL,
        jsonb_build_array(extract(epoch FROM p.since), extract(epoch FROM p.since), 0, NULL,
            'picked')
    FROM picks p
    UNION ALL
    SELECT 'stays', NULL, s.unit_id, NULL, NULL, jsonb_agg(jsonb_build_array(s.vial_id,
        extract(epoch FROM s.began_at), extract(epoch FROM s.ended_at)) ORDER BY s.began_at)
    FROM stays s GROUP BY s.unit_id
    UNION ALL
    SELECT 'unit', u.unit_id, u.unit_id, l.since, NULL,
        jsonb_build_array(c.name, l.told_above, t.category = '{Category.SHIPPER.value}')
    FROM units u JOIN public.inventory_container c ON c.id = u.unit_id
    JOIN public.inventory_containertype t ON t.id = c.type_id
    CROSS JOIN LATERAL (
            SELECT min(l.effective_at) AS since, NULLIF(max(COALESCE((
                SELECT min((b ->> 'limit')::float8) FROM jsonb_array_elements(l.bands) b
                WHERE b ->> 'side' = 'above' AND (b ->> 'delay_seconds')::float8 = 0
            ), 'infinity')), 'infinity') AS told_above
            FROM public.temperature_limitprofile p
            JOIN public.temperature_limitversion l ON l.profile_id = p.id
            WHERE p.quantity = '{Quantity.TEMPERATURE.value}' AND (p.unit_id = u.unit_id
                OR p.container_type_id = c.type_id
                OR p.storage_class <> '' AND p.storage_class = t.storage_class)
        ) l
    UNION ALL
    SELECT 'probe', f.probe_id, f.unit_id, f.began_at, f.ended_at, jsonb_build_array(f.code,
        extract(epoch FROM f.expected_every),
        extract(epoch FROM {READ_UP_TO}),
        (SELECT jsonb_agg(jsonb_build_array(extract(epoch FROM c.calibrated_at),
                extract(epoch FROM c.due_at)))
            FROM public.temperature_calibration c WHERE c.probe_id = f.probe_id))
    FROM fittings f LEFT JOIN public.temperature_probestate s ON s.probe_id = f.probe_id
    UNION ALL
    SELECT 'excursion', e.id, e.unit_id, e.began_at, e.ended_at,
        jsonb_build_array(e.level, e.peak, p.quantity = '{Quantity.LEVEL.value}')
    FROM units u JOIN public.temperature_excursion e ON e.unit_id = u.unit_id
        AND e.began_at < u.upto AND COALESCE(e.ended_at, 'infinity') > u.since
    JOIN public.temperature_probe p ON p.id = e.probe_id
    WHERE NOT e.is_withdrawn AND (
        e.side = 'above' AND p.quantity = '{Quantity.TEMPERATURE.value}'
        OR e.side = 'below' AND p.quantity = '{Quantity.LEVEL.value}'
            AND e.level IN ('action', 'critical'))
    UNION ALL
    SELECT 'gap', g.id, g.unit_id, g.began_at, g.ended_at, to_jsonb(g.cause)
    FROM units u JOIN public.temperature_gap g ON g.unit_id = u.unit_id
        AND g.began_at < u.upto AND COALESCE(g.ended_at, 'infinity') > u.since
    JOIN public.temperature_probe p ON p.id = g.probe_id
    WHERE NOT g.is_withdrawn AND p.quantity = '{Quantity.TEMPERATURE.value}'
    UNION ALL
    SELECT d.of, d.subject, d.product_id, NULL, NULL, to_jsonb(d.has_impact)
    FROM (
        SELECT DISTINCT ON (n.excursion_id, n.gap_id, n.product_id)
            CASE WHEN n.gap_id IS NULL THEN 'of excursion' ELSE 'of gap' END AS of,
            COALESCE(n.excursion_id, n.gap_id) AS subject, n.product_id,
            n.has_impact, n.seen_ended_at, n.seen_peak,
            COALESCE(e.ended_at, g.ended_at) AS ended_at, e.peak
        FROM public.custody_evaluation n
        LEFT JOIN public.temperature_excursion e ON e.id = n.excursion_id
        LEFT JOIN public.temperature_gap g ON g.id = n.gap_id
        WHERE n.product_id IN (SELECT product_id FROM vials)
            AND COALESCE(e.unit_id, g.unit_id) IN (SELECT unit_id FROM units)
        ORDER BY n.excursion_id, n.gap_id, n.product_id, n.number DESC
    ) d WHERE d.seen_ended_at = d.ended_at AND d.seen_peak IS NOT DISTINCT FROM d.peak
    UNION ALL
    {OF_WARM} UNION ALL {OF_BUDGETS} UNION ALL {OF_LIFTS} UNION ALL {OF_ACCEPTANCES}
    UNION ALL {OF_WAYS} UNION ALL {OF_CURVES} UNION ALL {OF_TIMES_OUT}
"""


def warmth_of(
    vial_ids: Collection[int], *, at: datetime, moment: Moment | None = None
) -> dict[int, TemperatureFacts]:
    """
    Return how cold each of these vials was kept, up to `at`; one statement for any number.

    Worked out each time from where it was and what probes said there, so that late readings,
    moves and withdrawn excursions are right by themselves. moment: as of which the record is asked.
    Source: REQUIREMENTS B7; URS-112.
    """
    values: dict[str, Any] = {
        "vials": as_array(vial_ids),
        "at": at,
        "out": [str(status) for status in OUT],
        "leaving": [str(kind) for kind in CAME_INTO_HAND],
        "since": at - GOES_ON_WITHIN,
    }
    with connection.cursor() as cursor:
        cursor.execute(*asked(WARMTH, values, moment))
        rows = cursor.fetchall()
    return Reader(rows, moment).facts(at)
