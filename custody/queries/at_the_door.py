"""Who worked in a unit while its door stood open, by what they scanned there."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from inventory.models import Container

AROUND = timedelta(minutes=2)
"""Things are scanned before a door is opened and after it is shut."""

WHO = """
    WITH asked AS (
        SELECT a.key, a.since, a.until
        FROM unnest(%(keys)s::int[], %(since)s::timestamptz[], %(until)s::timestamptz[])
            AS a (key, since, until)
    )
    SELECT w.key, array_agg(DISTINCT n.full_name ORDER BY n.full_name)
    FROM (
        SELECT a.key, e.actor_id AS one, e.second_person_id AS other
        FROM asked a
        JOIN public.custody_custodyevent e ON e.recorded_at BETWEEN a.since AND a.until
        JOIN public.inventory_position q ON q.id IN (e.from_position_id, e.to_position_id)
        JOIN public.inventory_container c ON c.id = q.container_id
        WHERE c.path ~>=~ %(path)s AND c.path ~<~ (%(path)s || ':')
        UNION
        SELECT a.key, k.person_id, NULL
        FROM asked a
        JOIN public.custody_lift k ON k.began_at <= a.until
            AND COALESCE(k.ended_at, k.back_by) >= a.since
        JOIN public.inventory_container c ON c.id = k.lifted_id
        WHERE c.path ~>=~ %(path)s AND c.path ~<~ (%(path)s || ':')
    ) w JOIN public.accounts_person n ON n.id IN (w.one, w.other)
    GROUP BY w.key
"""


def people_at(
    unit: Container, times: Sequence[tuple[datetime, datetime]]
) -> dict[int, Sequence[str]]:
    """
    Return who handled something in a unit in each of these times, by its place among them.

    unit: one that the person may see. Nobody is named who was there and scanned nothing. One
    statement. Source: REQUIREMENTS B5; URS-105, URS-112.
    """
    if not times:
        return {}
    asked: dict[str, Any] = {
        "path": unit.path,
        "keys": list(range(len(times))),
        "since": [since - AROUND for since, _ in times],
        "until": [until + AROUND for _, until in times],
    }
    with connection.cursor() as cursor:
        cursor.execute(WHO, asked)
        return dict(cursor.fetchall())
