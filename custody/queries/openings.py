"""When racks and boxes of a unit were out of the cold, as marks beside its temperature."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from inventory.models import Container

MOST_OPENINGS = 200

# What is a part of a lift for each box in a rack is one opening, from its first part to its last.
OPENINGS = """
    SELECT c.name, k.series_began_at,
        CASE WHEN (array_agg(k.ended_at ORDER BY k.id DESC))[1] IS NULL
            THEN max(k.back_by) ELSE max(k.ended_at) END AS ended_at,
        (array_agg(k.ended_at ORDER BY k.id DESC))[1] IS NULL,
        (array_agg(p.full_name ORDER BY k.id DESC))[1]
    FROM public.custody_lift k
    JOIN public.inventory_container c ON c.id = k.lifted_id
    LEFT JOIN public.accounts_person p ON p.id = k.person_id
    WHERE c.path ~>=~ %(path)s AND c.path ~<~ (%(path)s || ':')
        AND k.began_at < %(until)s AND COALESCE(k.ended_at, k.back_by) >= %(since)s
    GROUP BY c.id, k.series_began_at
    ORDER BY k.series_began_at DESC, c.id LIMIT %(most)s
"""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """
    One time in which a rack or a box of the unit was taken out.

    ended_at: when it was back; at the latest, where nobody said so (`is_assumed`), as the rules of
    handling count it. who: who did the last act there; empty for a machine.
    """

    name: str
    began_at: datetime
    ended_at: datetime
    is_assumed: bool
    who: str


def openings_in(unit: Container, *, since: datetime, until: datetime) -> list[Opening]:
    """
    Return what was taken out of a unit in a time, the newest first, at most 200; one statement.

    unit: one that the person may see. Source: REQUIREMENTS B5; URS-105, URS-112.
    """
    asked: dict[str, Any] = {
        "path": unit.path,
        "since": since,
        "until": until,
        "most": MOST_OPENINGS,
    }
    with connection.cursor() as cursor:
        cursor.execute(OPENINGS, asked)
        return [
            Opening(name=name, began_at=began, ended_at=ended, is_assumed=assumed, who=who or "")
            for name, began, ended, assumed, who in cursor
        ]
