"""What an excursion does to vials: exposures and a deviation, in the Change that finds it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter

from django.db import connection

from audit.changes import OpenChange
from custody.models import EvidenceClass, Exposure
from inventory.models import Container
from sop.deviations import NewDeviation, add_to_open_deviation, open_deviation
from sop.models import DeviationSource
from temperature.consequences import News
from temperature.models import GRAVITY, Excursion, Gap, Level, Quantity, Side

# Stays are matched in the database: a tank of forty thousand vials is one statement.
INTO_EXPOSURES = """
    INSERT INTO public.custody_exposure
        (vial_id, excursion_id, stay_id, began_at, evidence, change_id)
    SELECT s.vial_id, e.id, s.id, GREATEST(s.began_at, e.began_at), %s, %s
    FROM public.temperature_excursion e
    JOIN public.custody_stay s ON s.unit_id = e.unit_id
        AND s.began_at < COALESCE(e.ended_at, 'infinity')
        AND COALESCE(s.ended_at, 'infinity') > e.began_at
    WHERE e.id = ANY(%s::bigint[])
    ON CONFLICT (excursion_id, stay_id) DO NOTHING
"""


def expose_and_report(change: OpenChange, news: News, at: datetime) -> None:
    """
    Write which vials stood in it, also those moved or shipped since, and open a deviation.

    A graver level of the same event, and another probe of the unit, add to the deviation that is
    open. Source: 21 CFR 1271.260(d); REQUIREMENTS B4; URS-105, URS-113.
    """
    touched = grave(*news.begun, *news.changed)
    if not touched:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            INTO_EXPOSURES,
            [EvidenceClass.MEASURED, change.id, [row.pk for row in touched]],
        )
    begun = sorted(grave(*news.begun), key=attrgetter("unit_id", "began_at"))
    for unit_id, rows in groupby(begun, key=attrgetter("unit_id")):
        _report(change, Container.objects.get(pk=unit_id), list(rows), at)


def grave(*rows: Excursion | Gap) -> list[Excursion]:
    """Return those that are excursions of temperature which must be looked into."""
    return [
        row
        for row in rows
        if isinstance(row, Excursion)
        and GRAVITY[Level(row.level)] >= GRAVITY[Level.ACTION]
        and row.side == Side.ABOVE
        and row.probe.quantity == Quantity.TEMPERATURE
    ]


def _report(change: OpenChange, unit: Container, rows: Sequence[Excursion], at: datetime) -> None:
    about = f"excursion of unit {unit.pk}"
    exposed = Exposure.objects.filter(excursion__in=rows).values("vial").distinct().count()
    words = " ".join(_words(unit, rows, exposed))
    if add_to_open_deviation(about, words) is not None:
        return
    found = NewDeviation(
        source=DeviationSource.EXCURSION,
        title=f"{unit.name} was too warm",
        what_happened=words,
        site_id=unit.site_id,
        about=about,
    )
    open_deviation(change, found, at=at)


def _words(unit: Container, rows: Iterable[Excursion], exposed: int) -> Iterable[str]:
    for row in rows:
        since = row.began_at.astimezone(UTC)
        yield (
            f"Probe {row.probe.code} of {unit.name} was above {row.limit:g} °C "
            f"({Level(row.level).label.lower()}) from {since:%Y-%m-%d %H:%M} UTC on, "
            f"up to {row.peak:g} °C so far."
        )
    yield f"{exposed} vials stood in it then; each is listed with the excursion."
