"""What an excursion does to vials: exposures, a hold, a deviation, in the Change that finds it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter

from django.db import connection

from audit.changes import OpenChange
from custody.excursion_holds import Outcome, hold_exposed
from custody.excursion_words import about, is_of_level, limit_of, peak_of, trouble_of
from custody.models import EvidenceClass, Exposure
from custody.rules.placed_by import rule_of
from inventory.models import Container, Vial
from sop.deviations import NewDeviation, add_to_open_deviation, list_vials, open_deviation
from sop.models import DeviationSource
from temperature.consequences import News
from temperature.models import Excursion, Gap

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


# Cut short, it would be tried again and cut short again; a screen that waits is told to come back.
AS_LONG_AS_IT_TAKES = "SET LOCAL statement_timeout = '5min'"


def expose_and_report(change: OpenChange, news: News, at: datetime) -> None:
    """
    Write which vials stood in it, also those moved or shipped since; hold them; open a deviation.

    What came to stand there while it goes on is exposed and held as soon as it is judged again.

    A graver level of the same event, and another probe of the unit, add to the deviation that is
    open. Source: 21 CFR 1271.260(d); REQUIREMENTS B4; URS-105, URS-113.
    """
    touched = grave(*news.begun, *news.changed)
    if not touched:
        return
    with connection.cursor() as cursor:
        cursor.execute(AS_LONG_AS_IT_TAKES)
        cursor.execute(
            INTO_EXPOSURES,
            [EvidenceClass.MEASURED, change.id, [row.pk for row in touched]],
        )
    by_unit = attrgetter("unit_id")
    found = [
        _hold(change, Container.objects.get(pk=unit_id), list(rows), news, at)
        for unit_id, rows in groupby(sorted(touched, key=by_unit), key=by_unit)
    ]
    for one in found:  # after every lock: the deviation's number stays locked
        _report(change, one, at)


@dataclass(frozen=True)
class _Found:
    """
    What is new of one unit: excursions that began, and what was held for all of them.

    first: one of them or of those that go on, all of one probe.
    """

    unit: Container
    first: Excursion
    begun: Sequence[Excursion]
    outcome: Outcome


def _hold(
    change: OpenChange, unit: Container, rows: Sequence[Excursion], news: News, at: datetime
) -> _Found:
    begun = [row for row in rows if row in news.begun]
    return _Found(unit, rows[0], begun, hold_exposed(change, unit, rows, at=at))


def grave(*rows: Excursion | Gap) -> list[Excursion]:
    """Return those that are excursions which must be looked into."""
    return [row for row in rows if isinstance(row, Excursion) and row.is_grave]


def _report(change: OpenChange, found: _Found, at: datetime) -> None:
    """Say it in the deviation; what goes on and held nothing more is said already."""
    unit = found.unit
    words = " ".join([*_of_begun(found), *_of_held(found.outcome)])
    if not words:
        return
    known_by = about(found.first)
    gone = list(Vial.objects.filter(pk__in=found.outcome.gone_keys))
    deviation = add_to_open_deviation(known_by, words)
    if deviation is not None:
        listed = set(deviation.vials.values_list("vial", flat=True))
        list_vials(deviation, [vial for vial in gone if vial.pk not in listed])
        return
    new = NewDeviation(
        source=DeviationSource.EXCURSION,
        title=f"{unit.name} {trouble_of(found.first)}",
        what_happened=words,
        vials=gone,
        site_id=unit.site_id,
        about=known_by,
    )
    open_deviation(change, new, at=at)


def _of_begun(found: _Found) -> Iterable[str]:
    for row in sorted(found.begun, key=attrgetter("began_at")):
        since = row.began_at.astimezone(UTC)
        yield (
            f"{_measured(row)} {row.probe.code} of {found.unit.name} {limit_of(row)} "
            f"from {since:%Y-%m-%d %H:%M} UTC on, {peak_of(row)} so far."
        )
    if found.begun:
        exposed = Exposure.objects.filter(excursion__in=found.begun)
        number = exposed.values("vial").distinct().count()
        yield f"{number} vials stood in it then; each is listed with the excursion."


def _measured(row: Excursion) -> str:
    return "The level at probe" if is_of_level(row) else "Probe"


def _of_held(outcome: Outcome) -> Iterable[str]:
    """Say what was held, and name what could not be, because it had left for good."""
    if outcome.hold is not None:
        yield f"Hold {outcome.hold.pk} holds {outcome.held} vials ({rule_of(outcome.hold)})."
    if outcome.gone:
        yield (
            f"{len(outcome.gone)} had left for good and cannot be held, assess each: "
            f"{', '.join(outcome.gone)}."
        )
