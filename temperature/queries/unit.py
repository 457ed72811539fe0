"""Everything that was recorded of the temperature of one unit in a time, beside its curve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import connection
from django.db.models import Q, QuerySet

from inventory.models import Container
from temperature.models import Alarm, Excursion, Fitting, Gap, Period
from temperature.queries.curves import HOURS_WITHIN, windows

Row = TypeVar("Row", Excursion, Gap)
MOST_ALARMS = 200

# Both ends are whole hours or days, so that it takes no reading of the raw table.
SUMS = """
    SELECT w.key, min(r.lowest), max(r.highest),
        sum(r.mean * r.usable) / NULLIF(sum(r.usable), 0), COALESCE(sum(r.readings), 0),
        COALESCE(sum(r.usable), 0)
    FROM unnest(%(keys)s::int[], %(probes)s::int[], %(begins)s::timestamptz[],
        %(ends)s::timestamptz[]) AS w (key, probe, begins, ends)
    LEFT JOIN public.temperature_rollup r ON r.probe_id = w.probe AND r.period = %(period)s
        AND r.began_at >= GREATEST(w.begins, %(since)s) AND r.began_at < LEAST(w.ends, %(until)s)
    GROUP BY w.key ORDER BY w.key
"""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """
    What one probe measured in a time, in numbers; values are absent where nothing usable came.

    readings: how many came; usable: how many of them count.
    """

    fitting: Fitting
    lowest: float | None
    highest: float | None
    mean: float | None
    readings: int
    usable: int


def summaries(fittings: Sequence[Fitting], *, since: datetime, until: datetime) -> list[Summary]:
    """
    Say in numbers what the curve shows; one statement, over whole hours, or days of a long time.

    Source: REQUIREMENTS B5; URS-104.
    """
    period = Period.HOUR if until - since <= HOURS_WITHIN else Period.DAY
    asked = windows(fittings, since=since, until=until) | {"period": period}
    with connection.cursor() as cursor:
        cursor.execute(SUMS, asked)
        return [
            Summary(
                fitting=fittings[key],
                lowest=lowest,
                highest=highest,
                mean=mean,
                readings=int(readings),
                usable=int(usable),
            )
            for key, lowest, highest, mean, readings, usable in cursor
        ]


def excursions_in(unit: Container, *, since: datetime, until: datetime) -> list[Excursion]:
    """Return the excursions of a unit that touch a time, the newest first; one query."""
    return list(_touching(Excursion.objects.standing().filter(unit=unit), since, until))


def gaps_in(unit: Container, *, since: datetime, until: datetime) -> list[Gap]:
    """Return the times without evidence in a unit that touch a time, the newest first."""
    return list(_touching(Gap.objects.standing().filter(unit=unit), since, until))


def alarms_in(unit: Container, *, since: datetime, until: datetime) -> list[Alarm]:
    """Return the alarms of a unit that stood in a time, the newest first; one query."""
    standing = Q(resolved_at__isnull=True) | Q(resolved_at__gt=since)
    rows = Alarm.objects.filter(standing, unit=unit, raised_at__lt=until)
    rows = rows.select_related("probe", "excursion")
    return list(rows.order_by("-raised_at", "-pk")[:MOST_ALARMS])


def _touching(rows: QuerySet[Row], since: datetime, until: datetime) -> QuerySet[Row]:
    touching = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=since), began_at__lt=until)
    return touching.select_related("probe").order_by("-began_at", "-pk")


def excursion_by_key(key: int) -> Excursion | None:
    """Return one excursion, whether it stands or was withdrawn; None when there is none."""
    return Excursion.objects.filter(pk=key).first()


def gap_by_key(key: int) -> Gap | None:
    """Return one time without evidence, whether it stands or was withdrawn."""
    return Gap.objects.filter(pk=key).first()
