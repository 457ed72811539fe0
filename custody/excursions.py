"""What an excursion does to vials: exposures, a hold, a deviation, in the Change that finds it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from django.db import connection

from audit.changes import OpenChange
from audit.local_times import in_words
from custody.due_holds import hold_or_put_off
from custody.excursion_holds import Outcome
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
    units = Container.objects.select_related("site")
    found = [
        _hold(change, units.get(pk=rows[0].unit_id), rows, news, at) for rows in by_event(touched)
    ]
    for one in found:  # after every lock: the deviation's number stays locked
        _report(change, one, at)


@dataclass(frozen=True)
class _Found:
    """
    What is new of one unit: excursions that began, and what was held for all of them.

    first: one of them or of those that go on. outcome: None where that was put off.
    """

    unit: Container
    first: Excursion
    begun: Sequence[Excursion]
    outcome: Outcome | None


def _hold(
    change: OpenChange, unit: Container, rows: Sequence[Excursion], news: News, at: datetime
) -> _Found:
    begun = [row for row in rows if row in news.begun]
    return _Found(unit, rows[0], begun, hold_or_put_off(change, unit, rows, at=at))


def grave(*rows: Excursion | Gap) -> list[Excursion]:
    """Return those that are excursions which must be looked into."""
    return [row for row in rows if isinstance(row, Excursion) and row.is_grave]


def by_event(rows: Iterable[Excursion]) -> list[list[Excursion]]:
    """Put together what goes into one deviation: of one unit, and of one quantity."""
    key = attrgetter("unit_id", "probe.quantity")
    return [list(group) for _, group in groupby(sorted(rows, key=key), key=key)]


def _report(change: OpenChange, found: _Found, at: datetime) -> None:
    """Say it in the deviation; what goes on and held nothing more is said already."""
    outcome = found.outcome or Outcome()
    report(change, found.first, [*_of_begun(found), *_of_held(outcome)], outcome, at)


def report_held(change: OpenChange, first: Excursion, outcome: Outcome, at: datetime) -> None:
    """Say in the deviation of an excursion what was held after it was opened."""
    report(change, first, _of_held(outcome), outcome, at)


def report(
    change: OpenChange, first: Excursion, said: Iterable[str], outcome: Outcome, at: datetime
) -> None:
    """Add to the open deviation of such excursions of the unit, or open one; nothing says none."""
    words = " ".join(said)
    if not words:
        return
    gone = list(Vial.objects.filter(pk__in=outcome.gone_keys))
    deviation = add_to_open_deviation(about(first), words)
    if deviation is not None:
        listed = set(deviation.vials.values_list("vial", flat=True))
        list_vials(deviation, [vial for vial in gone if vial.pk not in listed])
        return
    new = NewDeviation(
        source=DeviationSource.EXCURSION,
        title=f"{first.unit.name} {trouble_of(first)}",
        what_happened=words,
        vials=gone,
        site_id=first.unit.site_id,
        about=about(first),
    )
    open_deviation(change, new, at=at)


def _of_begun(found: _Found) -> Iterable[str]:
    zone = ZoneInfo(found.unit.site.time_zone)
    for row in sorted(found.begun, key=attrgetter("began_at")):
        since = in_words(row.began_at, zone)
        yield (
            f"{_measured(row)} {row.probe.code} of {found.unit.name} {limit_of(row)} "
            f"from {since} on, {peak_of(row)} so far."
        )
    if found.begun:
        exposed = Exposure.objects.filter(excursion__in=found.begun)
        number = exposed.values("vial").distinct().count()
        yield f"{number} vials stood in it then; each is listed with the excursion."
    if found.begun and found.outcome is None:
        yield "They are being held; what was held is said here once that is done."


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
