"""Deviations and incidents as lists show them, with the clock of what FDA must be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, When

from audit.authors import Author
from audit.pages import Page, newest_first
from custody.models import CustodyEvent, EventKind
from sop.models import (
    Classification,
    Deviation,
    DeviationKind,
    DeviationStatus,
    DeviationVial,
    Impact,
)

CLOSE_WITHIN = timedelta(days=30)
REPORT_WITHIN = timedelta(days=45)
"""Calendar days from when somebody acquired the information. Source: 21 CFR 600.14(c)."""
DISTRIBUTED = (EventKind.HANDED_OVER, EventKind.TRANSFERRED)
MOST_SORTED = 200


class Shown(models.TextChoices):
    """Which deviations a list shows."""

    OPEN = "open", "Open"
    MINE = "mine", "Mine"
    OVERDUE = "overdue", "Open for over 30 days"
    CRITICAL = "critical", "Critical"
    TO_REPORT = "to-report", "To report to FDA"
    CLOSED = "closed", "Closed"


class Sorted(models.TextChoices):
    """In which order a list stands."""

    NEWEST = "newest", "Newest first"
    OLDEST = "oldest", "Oldest first"
    GRAVEST = "gravest", "Gravest first"


@dataclass(frozen=True, kw_only=True)
class DeviationLine:
    """
    One deviation in a list.

    opened_by: empty where a machine found it. unassessed: how many of its vials wait for an
    impact. report_due_at: by when FDA must be told; None where it need not, or was.
    """

    id: int
    number: str
    title: str
    source: str
    status: str
    status_words: str
    classification: str
    class_words: str
    opened_at: datetime
    opened_by: str
    program: str
    vials: int
    unassessed: int
    report_due_at: datetime | None
    is_overdue: bool


def deviations(
    kind: DeviationKind,
    shown: Shown,
    *,
    seen_by: Author,
    at: datetime,
    before: int | None = None,
    after: int | None = None,
) -> Page[DeviationLine]:
    """Return one page of the list, newest first; one query."""
    rows = _with_counts(_chosen(kind, shown, seen_by, at))
    page = newest_first(rows, before=before, after=after)
    return page.shown_as(lambda row: line_of(row, at=at))


def sorted_deviations(
    kind: DeviationKind, shown: Shown, order: Sorted, *, seen_by: Author, at: datetime
) -> list[DeviationLine]:
    """Return at most so many of the list in another order; one query."""
    rows = _with_counts(_chosen(kind, shown, seen_by, at)).alias(weight=_weight())
    by = ("weight", "opened_at", "pk") if order is Sorted.GRAVEST else ("opened_at", "pk")
    return [line_of(row, at=at) for row in rows.order_by(*by)[:MOST_SORTED]]


def count_deviations(kind: DeviationKind, *, seen_by: Author, at: datetime) -> Mapping[Shown, int]:
    """Count what each chip would leave, the closed ones left out; one query."""
    rows = _of_kind(kind, seen_by)
    found = rows.aggregate(
        **{
            str(shown.name.lower()): Count("pk", filter=_condition(shown, seen_by, at))
            for shown in Shown
            if shown is not Shown.CLOSED
        }
    )
    return {shown: found[shown.name.lower()] for shown in Shown if shown is not Shown.CLOSED}


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How many deviations and incidents wait, for the dashboard of quality."""

    open: int
    overdue: int
    to_report: int
    incidents: int


def count_waiting(*, seen_by: Author, at: datetime) -> Waiting:
    """Count what waits for quality; one query."""
    rows = Deviation.objects.visible_to(seen_by).annotate(must_be_reported=must_be_reported())
    is_work = Q(kind=DeviationKind.DEVIATION)
    conditions = {
        "open": is_work & _condition(Shown.OPEN, seen_by, at),
        "overdue": is_work & _condition(Shown.OVERDUE, seen_by, at),
        "to_report": _condition(Shown.TO_REPORT, seen_by, at),
        "incidents": ~is_work & _condition(Shown.OPEN, seen_by, at),
    }
    return Waiting(
        **rows.aggregate(**{name: Count("pk", filter=each) for name, each in conditions.items()})
    )


def must_be_reported() -> Exists:
    """
    Return the condition that a deviation may have touched distributed product under a licence.

    Source: 21 CFR 600.14(b); URS-114.
    """
    handed = CustodyEvent.objects.filter(vial=OuterRef("vial"), kind__in=DISTRIBUTED)
    touched = DeviationVial.objects.filter(
        deviation=OuterRef("pk"), vial__batch__product__is_licensed=True
    )
    return Exists(touched.exclude(impact=Impact.NONE).filter(Exists(handed)))


def _of_kind(kind: DeviationKind, person: Author) -> QuerySet[Deviation]:
    rows = Deviation.objects.visible_to(person).filter(kind=kind)
    return rows.annotate(must_be_reported=must_be_reported())


def _chosen(kind: DeviationKind, shown: Shown, person: Author, at: datetime) -> QuerySet[Deviation]:
    return _of_kind(kind, person).filter(_condition(shown, person, at))


def _condition(shown: Shown, person: Author, at: datetime) -> Q:
    is_open = ~Q(status=DeviationStatus.CLOSED)
    conditions = {
        Shown.OPEN: is_open,
        Shown.MINE: is_open & (Q(opened_by=person.pk) | Q(caused_by=person.pk)),
        Shown.OVERDUE: is_open & Q(opened_at__lt=at - CLOSE_WITHIN),
        Shown.CRITICAL: is_open & Q(classification=Classification.CRITICAL),
        Shown.TO_REPORT: Q(must_be_reported=True, reported_at__isnull=True),
        Shown.CLOSED: ~is_open,
    }
    return conditions[shown]


def _with_counts(rows: QuerySet[Deviation]) -> QuerySet[Deviation]:
    return rows.select_related("opened_by", "program").annotate(
        listed=Count("vials"),
        unassessed=Count("vials", filter=Q(vials__impact=Impact.TO_ASSESS)),
    )


def _weight() -> Case:
    order = (Classification.CRITICAL, Classification.NOT_YET, Classification.MAJOR)
    return Case(
        *(When(classification=value, then=place) for place, value in enumerate(order)),
        default=len(order),
        output_field=IntegerField(),
    )


def report_due_at(row: Deviation) -> datetime | None:
    """Say by when FDA must be told; `row` carries whether it must. Source: 21 CFR 600.14(c)."""
    waits = vars(row)["must_be_reported"] and row.reported_at is None
    return row.opened_at + REPORT_WITHIN if waits else None


def report_is_due(deviation_id: int) -> bool:
    """Say whether FDA must still be told of a deviation; one query. Source: URS-114."""
    rows = Deviation.objects.filter(pk=deviation_id, reported_at__isnull=True)
    return rows.filter(must_be_reported()).exists()


def line_of(row: Deviation, *, at: datetime) -> DeviationLine:
    """Return what a list shows of an annotated row."""
    is_open = row.status != DeviationStatus.CLOSED
    return DeviationLine(
        id=row.pk,
        number=row.number,
        title=row.title,
        source=row.get_source_display(),
        status=row.status,
        status_words=row.get_status_display(),
        classification=row.classification,
        class_words=row.get_classification_display(),
        opened_at=row.opened_at,
        opened_by="" if row.opened_by is None else row.opened_by.full_name,
        program="" if row.program is None else row.program.code,
        vials=vars(row)["listed"],
        unassessed=vars(row)["unassessed"],
        report_due_at=report_due_at(row),
        is_overdue=is_open and at - row.opened_at > CLOSE_WITHIN,
    )


def deviations_of(vial_ids: Sequence[int], *, seen_by: Author, at: datetime) -> list[DeviationLine]:
    """Return the deviations that name any of these vials, newest first; one query."""
    named = DeviationVial.objects.filter(deviation=OuterRef("pk"), vial__in=vial_ids)
    rows = Deviation.objects.visible_to(seen_by).filter(Exists(named))
    shown = _with_counts(rows.annotate(must_be_reported=must_be_reported()))
    return [line_of(row, at=at) for row in shown.order_by("-pk")[:MOST_SORTED]]
