"""The parts of the statement on warmth that tell of lifts, acceptances and unrecorded ways."""

from custody.time_out import OUT_SINCE, PICKED_AT, PICKS, SECONDS_OUT

# A lift ends with its last part; one that stays open counts to its latest time. `stays` is of the
# statement around it: which vials, in which container, from when to when. What a vial was itself
# out of its place by a pick, before or without a check-out, is no part of a lift.
LIFTS = f"""
    picks AS ({PICKS}), told AS MATERIALIZED (
        SELECT e.id, e.vial_id, e.seq, e.kind, e.details, e.from_custody, e.to_custody,
            COALESCE(e.performed_at, e.recorded_at) AS done_at
        FROM public.custody_custodyevent e
        WHERE e.vial_id = ANY(%(vials)s)
            AND e.details ?| ARRAY['{SECONDS_OUT}', '{OUT_SINCE}', '{PICKED_AT}']
    ), own AS (
        SELECT o.vial_id, range_agg(tstzrange(o.began_at, o.ended_at, '[]')) AS spans
        FROM (
            SELECT s.vial_id, s.ended_at,
                LEAST((t.details ->> '{OUT_SINCE}')::timestamptz, s.ended_at) AS began_at
            FROM stays s JOIN told t ON t.id = s.ended_with_id AND t.details ? '{OUT_SINCE}'
            UNION ALL
            SELECT t.vial_id, (t.details ->> '{PICKED_AT}')::timestamptz
                + make_interval(secs => (t.details ->> '{SECONDS_OUT}')::float8),
                (t.details ->> '{PICKED_AT}')::timestamptz
            FROM told t WHERE t.details ? '{PICKED_AT}'
            UNION ALL
            SELECT vial_id, %(at)s, since FROM picks
        ) o GROUP BY o.vial_id
    ), lifts AS (
        SELECT b.container_id, l.* FROM (SELECT DISTINCT container_id FROM stays) b
        CROSS JOIN LATERAL (
            SELECT k.lifted_id, k.series_began_at AS began_at,
                LEAST(%(at)s, CASE WHEN (array_agg(k.ended_at ORDER BY k.id DESC))[1] IS NULL
                    THEN max(k.back_by) ELSE max(k.ended_at) END) AS ended_at,
                count(*) = 1 AND (bool_and(k.ended_at IS NOT NULL) OR max(k.back_by) <= %(at)s)
                    AS is_unclosed
            FROM public.custody_lift k
            WHERE k.container_id = b.container_id AND k.began_at <= %(at)s
            GROUP BY k.lifted_id, k.series_began_at
        ) l
    ), exposed AS (
        SELECT s.vial_id, l.lifted_id, l.began_at, max(l.ended_at) AS ended_at,
            extract(epoch FROM sum(x.until - x.since - CASE WHEN o.spans IS NULL THEN '0' ELSE (
                SELECT COALESCE(sum(upper(own) - lower(own)), '0')
                FROM unnest(o.spans * tstzmultirange(tstzrange(x.since, x.until, '[]'))) AS own
            ) END)) AS seconds,
            bool_or(s.began_at <= l.began_at)
                AND NOT bool_or(e.id IS NOT NULL AND s.ended_at <= l.ended_at)
                AND NOT bool_or(o.spans IS NOT NULL
                    AND o.spans && tstzrange(l.began_at, l.ended_at, '[]')) AS is_counted,
            bool_or(l.ended_at >= %(since)s) AS goes_on, bool_or(l.is_unclosed) AS is_unclosed,
            min(x.since) AS since, max(x.until) AS until
        FROM stays s JOIN lifts l ON l.container_id = s.container_id
            AND l.began_at < COALESCE(s.ended_at, 'infinity') AND l.ended_at > s.began_at
        CROSS JOIN LATERAL (SELECT GREATEST(l.began_at, s.began_at) AS since,
            LEAST(l.ended_at, COALESCE(s.ended_at, 'infinity')) AS until) x
        LEFT JOIN own o ON o.vial_id = s.vial_id
        LEFT JOIN public.custody_custodyevent e ON e.id = s.ended_with_id
            AND e.kind = 'checked_out'
        GROUP BY s.vial_id, l.lifted_id, l.began_at
        HAVING NOT bool_and(o.spans IS NOT NULL
            AND o.spans @> tstzrange(x.since, x.until, '[]'))
    )
"""  # noqa: S608 - a constant of this module
OF_LIFTS = """
    SELECT 'lift', x.vial_id, x.vial_id, NULL, NULL, jsonb_build_array(
        count(*) FILTER (WHERE x.is_counted), sum(x.seconds), max(x.seconds),
        count(*) FILTER (WHERE x.is_counted AND x.goes_on), count(*) FILTER (WHERE x.is_unclosed),
        jsonb_agg(jsonb_build_array(extract(epoch FROM x.since), extract(epoch FROM x.until),
            x.seconds) ORDER BY x.began_at) FILTER (WHERE EXISTS (SELECT 1 FROM curves)))
    FROM exposed x GROUP BY x.vial_id
"""
OF_ACCEPTANCES = """
    SELECT 'accepted', a.vial_id, a.vial_id, NULL, a.valid_until, jsonb_build_array(
        a.most, extract(epoch FROM a.longest_single), extract(epoch FROM a.longest_total),
        a.warmest_celsius)
    FROM (
        SELECT DISTINCT ON (n.vial_id) n.* FROM public.custody_exposureacceptance n
        WHERE n.vial_id = ANY(%(vials)s) AND n.accepted_at <= %(at)s
        ORDER BY n.vial_id, n.number DESC
    ) a
"""
# What went into no registered shipper: packed, or out of a hand to a courier; put back at once, it
# was out of storage.
OF_WAYS = """
    SELECT 'bare', t.vial_id, t.vial_id, NULL, NULL, jsonb_agg(jsonb_build_array(
        COALESCE(t.details ->> 'shipper', ''), extract(epoch FROM t.done_at)) ORDER BY t.seq)
    FROM told t
    WHERE (t.kind = 'packed' OR t.kind = 'handed_over' AND t.to_custody = 'in_transit')
        AND NOT EXISTS (SELECT FROM stays s WHERE s.began_with_id = t.id)
        AND NOT EXISTS (
            SELECT FROM told n WHERE n.vial_id = t.vial_id AND n.seq > t.seq
                AND n.kind = 'put_back' AND n.from_custody = 'packed')
    GROUP BY t.vial_id
"""
