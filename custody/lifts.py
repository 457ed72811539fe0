"""Recording that racks and boxes were taken out to reach what is in them: one statement for any."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection

from audit.changes import OpenChange
from custody.exposure import GOES_ON_WITHIN
from custody.handling import newest_rules
from inventory.models import LIFTED

LONGEST_MINUTES, SINGLE_SCAN_SECONDS = 2, 30
"""What counts until quality signs other rules of handling."""


class Reach(StrEnum):
    """What an act says of the rack or box it was done in."""

    OUT = "out"  # it stays out until the next act there, or until it is said to be back
    PASSING = "passing"  # it was out, and went back
    BACK = "back"  # it is back; nothing where it was not out


# Everything that is taken out at each of these places, outermost first.
TAKEN = """
    reached AS (
        SELECT DISTINCT ON (p.id) a.id, a.path
        FROM public.inventory_position p
        JOIN public.inventory_container b ON b.id = p.container_id
        JOIN public.inventory_container a
            ON a.id = ANY (string_to_array(trim(BOTH '/' FROM b.path), '/')::bigint[])
        JOIN public.inventory_containertype t ON t.id = a.type_id
        WHERE p.id = ANY(%(positions)s::bigint[])
            AND COALESCE(t.is_lifted, t.category = ANY(%(lifted)s::text[]))
        ORDER BY p.id, length(a.path)
    ), taken AS (
        SELECT r.id, r.path FROM reached r
        UNION
        SELECT c.id, c.path FROM public.inventory_container c
        WHERE c.id = ANY(%(containers)s::bigint[]) AND NOT EXISTS (
            SELECT 1 FROM reached r WHERE c.path ~>=~ r.path AND c.path ~<~ (r.path || ':')
        )
    )
"""
# By key, after every lock of rows: two acts in two boxes of one rack each see the other's lift.
ONE_AFTER_THE_OTHER = f"""
    WITH {TAKEN}
    SELECT pg_advisory_xact_lock(key) FROM (
        SELECT hashtextextended('lift ' || id::text, 0) AS key FROM taken ORDER BY key
    ) AS in_one_order
"""  # noqa: S608 - a constant of this module
# For each container in it that holds vials, one part of the lift that is going on there, or of a
# new one.
INTO_LIFTS = f"""
    WITH asked AS (
        SELECT %(at)s::timestamptz AS at, %(since)s::timestamptz AS since, %(reach)s::text AS reach,
            %(out_since)s::timestamptz AS out_since,
            make_interval(mins => COALESCE(h.longest_lift_minutes, %(minutes)s::int)) AS longest,
            make_interval(secs => COALESCE(h.single_scan_seconds, %(seconds)s::int)) AS single
        FROM (SELECT 1) one LEFT JOIN LATERAL (
            SELECT * FROM public.custody_handlingrules ORDER BY version DESC LIMIT 1
        ) h ON true
    ), {TAKEN}, lately AS (
        SELECT t.id, t.path, a.*, l.series_began_at, l.ended_at,
            COALESCE(l.ended_at IS NULL AND (l.back_by > a.at OR l.began_at >= a.out_since), false)
                AS is_out,
            COALESCE(l.ended_at >= a.since, false) AS is_recent,
            CASE a.reach WHEN 'passing' THEN a.at - a.single ELSE a.at END AS begins
        FROM taken t CROSS JOIN asked a LEFT JOIN LATERAL (
            SELECT * FROM public.custody_lift k
            WHERE k.lifted_id = t.id AND k.began_at <= a.at ORDER BY k.id DESC LIMIT 1
        ) l ON true
    )
    INSERT INTO public.custody_lift (container_id, lifted_id, series_began_at, began_at, ended_at,
        back_by, person_id, change_id)
    SELECT c.id, y.id, CASE WHEN y.is_out OR y.is_recent THEN y.series_began_at ELSE y.begins END,
        CASE WHEN y.is_out THEN y.at WHEN y.is_recent THEN LEAST(y.ended_at, y.at)
            ELSE y.begins END,
        CASE y.reach WHEN 'out' THEN NULL ELSE y.at END, y.at + y.longest,
        %(person)s::bigint, %(change)s::bigint
    FROM lately y
    JOIN public.inventory_container c ON c.path ~>=~ y.path AND c.path ~<~ (y.path || ':')
    JOIN public.inventory_containertype t ON t.id = c.type_id AND t.holds = 'vial'
    WHERE CASE y.reach WHEN 'out' THEN NOT y.is_out WHEN 'back' THEN y.is_out ELSE true END
"""  # noqa: S608 - a constant of this module


def note_lift(
    change: OpenChange,
    reach: Reach,
    *,
    positions: Collection[int] = (),
    containers: Collection[int] = (),
    at: datetime,
    out_since: datetime | None = None,
) -> int:
    """
    Record what was taken out at `at` to reach these positions, and for containers these too.

    out_since: from when on it is known to have been out without a break, however long that is.
    A rack that holds ten boxes exposes all ten; whose vials they were, stays say. Returns how many
    containers with vials it was. Call it after every lock of rows: acts in one rack wait for each
    other here, until the commit. Source: REQUIREMENTS B3, B5; URS-105, URS-112.
    """
    if not positions and not containers:
        return 0
    taken: dict[str, Any] = {
        "positions": list(positions),
        "containers": list(containers),
        "lifted": [str(kind) for kind in LIFTED],
    }
    said = {
        "minutes": LONGEST_MINUTES,
        "seconds": SINGLE_SCAN_SECONDS,
        "reach": str(reach),
        "at": at,
        "since": at - GOES_ON_WITHIN,
        "out_since": out_since,
        "person": None if change.actor is None else change.actor.pk,
        "change": change.id,
    }
    with connection.cursor() as cursor:
        cursor.execute(ONE_AFTER_THE_OTHER, taken)
        cursor.execute(INTO_LIFTS, taken | said)
        return int(cursor.rowcount)


def lift_rules() -> tuple[int, int]:
    """Return for how many minutes a lift counts at most, and for how many seconds one scan."""
    newest = newest_rules()
    if newest is None:
        return LONGEST_MINUTES, SINGLE_SCAN_SECONDS
    return newest.longest_lift_minutes, newest.single_scan_seconds
