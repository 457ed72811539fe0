"""The parts of the statement on warmth that tell of lifts, and of what QA accepted."""

from datetime import datetime, timedelta

from custody.exposure import Accepted, Budget, Lifts

# A lift ends with its last part; one that stays open counts to its latest time. `stays` is of the
# statement around it: which vials, in which container, from when to when.
LIFTS = """
    lifts AS (
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
            extract(epoch FROM sum(LEAST(l.ended_at, COALESCE(s.ended_at, 'infinity'))
                - GREATEST(l.began_at, s.began_at))) AS seconds,
            bool_or(s.began_at <= l.began_at)
                AND NOT bool_or(e.id IS NOT NULL AND s.ended_at <= l.ended_at) AS is_counted,
            bool_or(l.ended_at >= %(since)s) AS goes_on, bool_or(l.is_unclosed) AS is_unclosed
        FROM stays s JOIN lifts l ON l.container_id = s.container_id
            AND l.began_at < COALESCE(s.ended_at, 'infinity') AND l.ended_at > s.began_at
        LEFT JOIN public.custody_custodyevent e ON e.id = s.ended_with_id
            AND e.kind = 'checked_out'
        GROUP BY s.vial_id, l.lifted_id, l.began_at
    )
"""
OF_LIFTS = """
    SELECT 'lift', x.vial_id, x.vial_id, NULL, NULL, jsonb_build_array(
        count(*) FILTER (WHERE x.is_counted), sum(x.seconds), max(x.seconds),
        count(*) FILTER (WHERE x.is_counted AND x.goes_on), count(*) FILTER (WHERE x.is_unclosed))
    FROM exposed x GROUP BY x.vial_id
"""
OF_ACCEPTANCES = """
    SELECT 'accepted', a.vial_id, a.vial_id, NULL, a.valid_until, jsonb_build_array(
        a.most, extract(epoch FROM a.longest_single), extract(epoch FROM a.longest_total))
    FROM (
        SELECT DISTINCT ON (n.vial_id) n.* FROM public.custody_exposureacceptance n
        WHERE n.vial_id = ANY(%(vials)s) AND n.accepted_at <= %(at)s
        ORDER BY n.vial_id, n.number DESC
    ) a
"""


def lifts_of(times: int, total: float, longest: float, going_on: int, unclosed: int) -> Lifts:
    """Read a row of lifts; times in seconds."""
    return Lifts(times, timedelta(seconds=total), timedelta(seconds=longest), going_on, unclosed)


def accepted_of(said: tuple[int, float, float], until: datetime | None) -> Accepted:
    """Read a row of what was accepted; times in seconds."""
    most, single, total = said
    return Accepted(most, timedelta(seconds=single), timedelta(seconds=total), until)


def budget_of(warmest: float, single: float, total: float, most: int, pick: int) -> Budget:
    """Read a row of what a product endures; times in seconds."""
    lengths = timedelta(seconds=single), timedelta(seconds=total)
    return Budget(warmest, *lengths, most, expected_pick=timedelta(seconds=pick))
