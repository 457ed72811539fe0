"""What is on record beside an excursion or a gap that may have been its cause."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from audit.local_times import in_words
from custody.models import Cause, Stay
from custody.queries.at_the_door import people_at
from inventory.models import Container
from temperature.models import Excursion, Gap, Quantity, Side
from temperature.queries.openings import spells_in
from temperature.rules.contacts import how_long

BEFORE = timedelta(minutes=30)
FAR = timedelta(days=3650)
"""Where what goes on may end, at the latest."""
MOST_SPELLS = 5
OF_CONTACT = {Quantity.DOOR: Cause.DOOR, Quantity.POWER: Cause.POWER}


@dataclass(frozen=True, kw_only=True)
class Hint:
    """One thing on record, and the cause that it speaks for; it decides nothing."""

    cause: Cause
    words: str


def hints_of(rows: Sequence[Excursion | Gap]) -> list[Hint]:
    """
    Return what happened in the unit of one event, and in the half hour before; six statements.

    rows: of one unit. Source: REQUIREMENTS B7; 21 CFR 211.192; URS-105.
    """
    if not rows:
        return []
    unit = Container.objects.select_related("site").get(pk=rows[0].unit_id)
    since = min(row.began_at for row in rows) - BEFORE
    ends = [row.ended_at for row in rows if row.ended_at is not None]
    until = max(ends) if len(ends) == len(rows) else since + FAR
    return [
        *_of_contacts(unit, since, until),
        *_of_nitrogen(unit, since, until),
        *_of_hands(unit, since, until),
        *_of_probes(unit, rows, since, until),
    ]


def _of_contacts(unit: Container, since: datetime, until: datetime) -> Iterator[Hint]:
    for row in spells_in(unit, since=since, until=until, most=MOST_SPELLS)[::-1]:
        lasted = "" if row.ended_at is None else f", for {how_long(row.ended_at - row.began_at)}"
        what, began = Quantity(row.probe.quantity), _told(unit, row.began_at)
        yield Hint(
            cause=OF_CONTACT[what],
            words=f"{what.when_on} by {row.probe.code} from {began} on{lasted}.",
        )


def _of_nitrogen(unit: Container, since: datetime, until: datetime) -> Iterator[Hint]:
    low = Excursion.objects.standing().filter(
        _touches(since, until), unit=unit, side=Side.BELOW, probe__quantity=Quantity.LEVEL
    )
    first = low.order_by("began_at").first()
    if first is not None:
        yield Hint(
            cause=Cause.NITROGEN,
            words=f"Its nitrogen was low from {_told(unit, first.began_at)} on, down to "
            f"{first.peak:g} %.",
        )


def _of_hands(unit: Container, since: datetime, until: datetime) -> Iterator[Hint]:
    came = Stay.objects.filter(unit=unit, began_at__gte=since, began_at__lt=until).count()
    if came:
        vials = "1 vial was" if came == 1 else f"{came} vials were"
        yield Hint(cause=Cause.LOADING, words=f"{vials} put in.")
    people = people_at(unit, [(since, until)]).get(0, ())
    if people:
        yield Hint(cause=Cause.HANDLING, words=f"By scans, handled in it by {', '.join(people)}.")


def _of_probes(
    unit: Container, rows: Sequence[Excursion | Gap], since: datetime, until: datetime
) -> Iterator[Hint]:
    own = [row.pk for row in rows if isinstance(row, Gap)]
    gaps = Gap.objects.standing().filter(
        _touches(since, until), unit=unit, probe__quantity=Quantity.TEMPERATURE
    )
    for gap in gaps.exclude(pk__in=own).select_related("probe").order_by("began_at")[:MOST_SPELLS]:
        yield Hint(
            cause=Cause.PROBE,
            words=f"{gap.probe.code}, from {_told(unit, gap.began_at)} on: "
            f"{gap.get_cause_display().lower()}.",
        )


def _touches(since: datetime, until: datetime) -> Q:
    is_over = Q(ended_at__isnull=False, ended_at__lte=since)
    return Q(began_at__lt=until) & ~is_over


def _told(unit: Container, at: datetime) -> str:
    return in_words(at, ZoneInfo(unit.site.time_zone))
