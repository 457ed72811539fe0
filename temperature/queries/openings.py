"""When doors of a unit stood open, and its mains were away, by their contacts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from inventory.models import Container
from temperature.models import ContactSpell, Fitting, Quantity
from temperature.queries.curves import windows

MOST_OPENINGS = 200
MOST_BANDS = 1_000
"""So many bands of a contact a curve is drawn with; what begins within one part is drawn as one."""

# A year of a busy door is thousands of spells: what no screen tells apart is joined here.
BANDS = """
    SELECT p.code, p.quantity, b.began_at, b.ended_at, b.goes_on, b.spells
    FROM (
        SELECT s.probe_id, GREATEST(min(s.began_at), %(since)s) AS began_at,
            LEAST(max(COALESCE(s.ended_at, %(until)s)), %(until)s) AS ended_at,
            bool_or(s.ended_at IS NULL) AS goes_on, count(*) AS spells
        FROM public.temperature_contactspell s
        WHERE s.unit_id = %(unit)s AND s.began_at < %(until)s
            AND COALESCE(s.ended_at, 'infinity') > %(since)s
        GROUP BY s.probe_id,
            date_bin(%(apart)s, GREATEST(s.began_at, %(since)s), %(since)s)
    ) b JOIN public.temperature_probe p ON p.id = b.probe_id
    ORDER BY b.began_at, p.code
"""
# A spell that reaches beyond the time counts with no more than what lies within.
TOTALS = """
    SELECT w.key, count(s.id), COALESCE(sum(LEAST(s.seconds, extract(epoch FROM
        LEAST(COALESCE(s.ended_at, 'infinity'), w.ends, %(until)s)
        - GREATEST(s.began_at, w.begins, %(since)s)))) FILTER (WHERE s.id IS NOT NULL), 0)
    FROM unnest(%(keys)s::int[], %(probes)s::int[], %(begins)s::timestamptz[],
        %(ends)s::timestamptz[]) AS w (key, probe, begins, ends)
    LEFT JOIN public.temperature_contactspell s ON s.probe_id = w.probe
        AND s.began_at < LEAST(w.ends, %(until)s)
        AND COALESCE(s.ended_at, 'infinity') > GREATEST(w.begins, %(since)s)
    GROUP BY w.key ORDER BY w.key
"""


@dataclass(frozen=True, kw_only=True)
class Band:
    """Spells of one contact as a curve draws them; ended_at: up to when it is drawn."""

    code: str
    quantity: Quantity
    began_at: datetime
    ended_at: datetime
    goes_on: bool
    spells: int


@dataclass(frozen=True, kw_only=True)
class Total:
    """How often one contact came to 1 while it sat in the unit in a time, and for how long."""

    fitting: Fitting
    spells: int
    lasted: timedelta

    @property
    def quantity(self) -> Quantity:
        """What it is a contact of."""
        return Quantity(self.fitting.probe.quantity)


def spells_in(
    unit: Container, *, since: datetime, until: datetime, most: int | None = MOST_OPENINGS
) -> list[ContactSpell]:
    """
    Return the spells of a unit's contacts that touch a time, the newest first; one query.

    unit: one that the person may see. most: None for all. Source: REQUIREMENTS B3, B5; URS-105.
    """
    touching = Q(ended_at__isnull=True) | Q(ended_at__gt=since)
    rows = ContactSpell.objects.filter(touching, unit=unit, began_at__lt=until)
    return list(rows.select_related("probe").order_by("-began_at", "-pk")[:most])


def bands_in(unit: Container, *, since: datetime, until: datetime) -> list[Band]:
    """Return what the curve of a time shows of the unit's contacts; one statement."""
    asked: dict[str, Any] = {
        "unit": unit.pk,
        "since": since,
        "until": until,
        "apart": (until - since) / MOST_BANDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(BANDS, asked)
        return [
            Band(
                code=code,
                quantity=Quantity(quantity),
                began_at=began,
                ended_at=ended,
                goes_on=goes_on,
                spells=spells,
            )
            for code, quantity, began, ended, goes_on, spells in cursor
        ]


def totals_of(fittings: Sequence[Fitting], *, since: datetime, until: datetime) -> list[Total]:
    """
    Count the spells of each contact among these fittings; one statement.

    fittings: those of one unit. Source: REQUIREMENTS D2 no. 5; URS-104, URS-105.
    """
    contacts = [row for row in fittings if row.probe.is_contact]
    if not contacts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(TOTALS, windows(contacts, since=since, until=until))
        return [
            Total(
                fitting=contacts[key],
                spells=spells,
                lasted=timedelta(seconds=round(float(seconds))),
            )
            for key, spells, seconds in cursor
        ]
