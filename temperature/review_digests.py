"""The digest of what a review of a unit has in scope, made in the database, for any number."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from temperature.models import ReviewKind

METHOD = "scope-1"

# One line a fact, in a fixed order. Hours stand for readings: raw readings are only ever added,
# and each that comes late makes the count of its hour another one. What goes on past the end of
# the period says just that, so that its end changes nothing here.
ASKED = """
    WITH asked AS (
        SELECT w.key, w.unit, w.since, w.until
        FROM unnest(%(keys)s::int[], %(units)s::bigint[], %(since)s::timestamptz[],
            %(until)s::timestamptz[]) AS w (key, unit, since, until)
    ),
"""
OF_READINGS = """
    sat AS (
        SELECT w.key, w.until, f.id, f.probe_id, f.zone, f.mapped_offset,
            GREATEST(f.began_at, w.since) AS began_at,
            LEAST(COALESCE(f.ended_at, 'infinity'), w.until) AS ended_at
        FROM asked w JOIN public.temperature_fitting f ON f.unit_id = w.unit
            AND f.began_at < w.until AND COALESCE(f.ended_at, 'infinity') > w.since
    ), lines AS (
        SELECT s.key, concat_ws('|', 'fitting', s.probe_id, s.zone, s.mapped_offset,
            extract(epoch FROM s.began_at), extract(epoch FROM s.ended_at)) AS line
        FROM sat s
        UNION ALL
        SELECT s.key, concat_ws('|', 'hour', r.probe_id, extract(epoch FROM r.began_at), r.readings,
            r.usable, r.lowest, r.highest, r.mean)
        FROM sat s JOIN public.temperature_rollup r ON r.probe_id = s.probe_id
            AND r.period = 'hour' AND r.began_at >= date_trunc('hour', s.began_at, 'UTC')
            AND r.began_at < s.ended_at
        UNION ALL
        SELECT w.key, concat_ws('|', 'excursion', e.probe_id, e.level, e.side, e.limit,
            extract(epoch FROM e.began_at), CASE WHEN e.ended_at <= w.until
            THEN concat_ws('|', extract(epoch FROM e.ended_at), e.peak, e.seconds_beyond)
            ELSE 'goes on' END)
        FROM asked w JOIN public.temperature_excursion e ON e.unit_id = w.unit
            AND NOT e.is_withdrawn AND e.began_at < w.until
            AND COALESCE(e.ended_at, 'infinity') > w.since
        UNION ALL
        SELECT w.key, concat_ws('|', 'gap', g.probe_id, g.cause, extract(epoch FROM g.began_at),
            CASE WHEN g.ended_at <= w.until THEN extract(epoch FROM g.ended_at)::text
            ELSE 'goes on' END)
        FROM asked w JOIN public.temperature_gap g ON g.unit_id = w.unit AND NOT g.is_withdrawn
            AND g.began_at < w.until AND COALESCE(g.ended_at, 'infinity') > w.since
        UNION ALL
        SELECT DISTINCT s.key, concat_ws('|', 'calibration', c.id, c.probe_id, c.certificate,
            c.correction, extract(epoch FROM c.calibrated_at), extract(epoch FROM c.due_at))
        FROM sat s JOIN public.temperature_calibration c ON c.probe_id = s.probe_id
            AND c.calibrated_at < s.until
    )
"""
OF_ALARMS = """
    lines AS (
        SELECT w.key, concat_ws('|', 'alarm', a.id, a.probe_id, a.cause, a.level,
            extract(epoch FROM a.raised_at), a.is_late,
            COALESCE(extract(epoch FROM a.acknowledged_at)::text, 'by nobody'),
            COALESCE(a.acknowledged_by_id::text, '-'), a.comment,
            COALESCE(extract(epoch FROM a.resolved_at)::text, 'goes on')) AS line
        FROM asked w JOIN public.temperature_alarm a ON a.unit_id = w.unit
            AND a.raised_at >= w.since AND a.raised_at < w.until
        UNION ALL
        SELECT w.key, concat_ws('|', 'pause', p.id, COALESCE(p.alarm_id::text, 'unit'),
            p.paused_by_id, p.reason, extract(epoch FROM p.began_at), extract(epoch FROM p.until),
            COALESCE(extract(epoch FROM p.ended_at)::text, 'goes on'),
            COALESCE(p.ended_by_id::text, '-'))
        FROM asked w JOIN public.temperature_alarmpause p ON p.unit_id = w.unit
            AND p.began_at < w.until AND COALESCE(p.ended_at, p.until) > w.since
        UNION ALL
        SELECT w.key, concat_ws('|', 'outage', o.id, extract(epoch FROM o.began_at),
            CASE WHEN o.ended_at <= w.until THEN extract(epoch FROM o.ended_at)::text
            ELSE 'goes on' END, o.words)
        FROM asked w JOIN public.temperature_channeloutage o
            ON o.began_at < w.until AND COALESCE(o.ended_at, 'infinity') > w.since
    )
"""
DIGEST = """
    SELECT encode(sha256(convert_to(COALESCE(
        string_agg(l.line, E'\\n' ORDER BY l.line COLLATE "C"), ''), 'UTF8')), 'hex')
    FROM asked w LEFT JOIN lines l ON l.key = w.key
    GROUP BY w.key ORDER BY w.key
"""
BY_KIND = {
    ReviewKind.READINGS: f"{ASKED}{OF_READINGS}{DIGEST}",
    ReviewKind.ALARMS: f"{ASKED}{OF_ALARMS}{DIGEST}",
}


def digests_of(kind: ReviewKind, asked: Sequence[tuple[int, datetime, datetime]]) -> list[str]:
    """
    Return the digest of each unit in each period, in the order asked for; one statement.

    asked: the unit, from when on, and up to without when. Source: URS-104, URS-107.
    """
    if not asked:
        return []
    units, since, until = zip(*asked, strict=True)
    values = {
        "keys": list(range(len(asked))),
        "units": list(units),
        "since": list(since),
        "until": list(until),
    }
    with connection.cursor() as cursor:
        cursor.execute(BY_KIND[kind], values)
        return [digest for (digest,) in cursor]
