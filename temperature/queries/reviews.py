"""Reviews of temperature that were made, what changed since, and what is due of which unit."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import Max, Min, Q

from audit.pages import Page, newest_first
from inventory.models import UNITS, Container
from temperature.models import Fitting, ReviewedUnit, ReviewKind, ReviewRules, TemperatureReview
from temperature.review_digests import digests_of
from temperature.review_rules import due_rules
from temperature.rules.reviewing import Due, DueRules, DueState, Reviewed, due_of

LOOKED_BACK = timedelta(days=800)
"""Of reviews whose period is longer over, their own page alone says whether they changed."""


@dataclass(frozen=True, kw_only=True)
class DueLine:
    """One unit and one kind of review: what is to be reviewed next, and whether it is due."""

    unit: Container
    kind: ReviewKind
    due: Due


@dataclass(frozen=True, kw_only=True)
class ReviewLine:
    """One review that was made; changed: units of which what was in scope is so no more."""

    review: TemperatureReview
    units: Sequence[ReviewedUnit]
    changed: frozenset[int]


def changed_since(rows: Sequence[ReviewedUnit]) -> set[int]:
    """
    Return the keys of those whose digest is another one today; two statements for any number.

    rows: with their reviews. Source: URS-104, URS-107.
    """
    found: set[int] = set()
    for kind in ReviewKind:
        own = [row for row in rows if row.review.kind == kind]
        asked = [(row.unit_id, row.review.since, row.review.until) for row in own]
        now = digests_of(kind, asked)
        found |= {row.pk for row, digest in zip(own, now, strict=True) if row.digest != digest}
    return found


def review_lines(
    site_ids: Collection[int], *, before: int | None = None, after: int | None = None
) -> Page[ReviewLine]:
    """Return a page of the reviews at these sites, the newest first."""
    rows = TemperatureReview.objects.filter(site__in=site_ids).select_related("site")
    page = newest_first(rows, before=before, after=after)
    of_page = _units_of([row.pk for row in page.rows])
    by_review: dict[int, list[ReviewedUnit]] = defaultdict(list)
    for row in of_page:
        by_review[row.review_id].append(row)
    changed = frozenset(changed_since(of_page))
    return page.shown_as(
        lambda row: ReviewLine(review=row, units=by_review[row.pk], changed=changed)
    )


def find_review(review_id: int, site_ids: Collection[int]) -> ReviewLine | None:
    """Return one review at these sites; None when it is none of them."""
    rows = TemperatureReview.objects.filter(pk=review_id, site__in=site_ids)
    review = rows.select_related("site").first()
    if review is None:
        return None
    units = _units_of([review.pk])
    return ReviewLine(review=review, units=units, changed=frozenset(changed_since(units)))


def reviews_touching(unit: Container, *, since: datetime, until: datetime) -> list[ReviewLine]:
    """Return the reviews of a unit that cover a part of a time, the oldest first."""
    rows = ReviewedUnit.objects.filter(
        unit=unit, review__since__lt=until, review__until__gt=since
    ).select_related("review__site", "unit")
    units = list(rows.order_by("review__since", "pk"))
    changed = frozenset(changed_since(units))
    return [ReviewLine(review=row.review, units=[row], changed=changed) for row in units]


def _units_of(review_ids: Collection[int]) -> list[ReviewedUnit]:
    rows = ReviewedUnit.objects.filter(review__in=review_ids).select_related("review", "unit")
    return list(rows.order_by("unit__name", "pk"))


def due_lines(site_ids: Collection[int], *, at: datetime) -> list[DueLine]:
    """
    Say of each unit with a probe what is to be reviewed next, the worst first.

    What changed since its review is looked for in periods that ended within `LOOKED_BACK`.
    Source: URS-104, URS-107.
    """
    rules = due_rules()
    sat = Fitting.objects.filter(unit__site__in=site_ids, unit__type__category__in=UNITS)
    spans = sat.values_list("unit").annotate(
        since=Min("began_at"), until=Max("ended_at"), open=Max("pk", filter=Q(ended_at=None))
    )
    found = {unit: (since, at if is_open else until) for unit, since, until, is_open in spans}
    units = Container.objects.filter(pk__in=found).select_related("site").in_bulk()
    reviews = _reviews_of(found, at)
    lines = [
        DueLine(unit=units[unit_id], kind=kind, due=due)
        for unit_id, (since, until) in found.items()
        for kind in ReviewKind
        if (due := _due(reviews[unit_id, kind], kind, rules, since=since, until=until, at=at))
    ]
    rank = list(DueState).index
    by_name = sorted(lines, key=attrgetter("unit.name", "kind"))
    return sorted(by_name, key=lambda line: (rank(line.due.state), line.due.due_at))


def _due(
    reviews: Sequence[Reviewed],
    kind: ReviewKind,
    rules: DueRules,
    *,
    since: datetime,
    until: datetime,
    at: datetime,
) -> Due | None:
    every, grace = rules.every(kind), rules.grace
    return due_of(reviews, since=since, until=until, every=every, grace=grace, at=at)


def _reviews_of(
    unit_ids: Collection[int], at: datetime
) -> dict[tuple[int, ReviewKind], list[Reviewed]]:
    rows = list(ReviewedUnit.objects.filter(unit__in=unit_ids).select_related("review"))
    changed = changed_since([row for row in rows if row.review.until > at - LOOKED_BACK])
    found: dict[tuple[int, ReviewKind], list[Reviewed]] = defaultdict(list)
    for row in rows:
        kind = ReviewKind(row.review.kind)
        span = Reviewed(row.review.since, row.review.until, row.pk in changed)
        found[row.unit_id, kind].append(span)
    return found


def version_rows() -> list[ReviewRules]:
    """Return the versions of the rules, the newest first."""
    return list(ReviewRules.objects.order_by("-version")[:50])


OVERDUE = """
    SELECT count(*) FROM (
        SELECT DISTINCT f.unit_id, min(f.began_at) OVER (PARTITION BY f.unit_id) AS since
        FROM public.temperature_fitting f JOIN public.inventory_container c ON c.id = f.unit_id
        WHERE f.ended_at IS NULL AND c.site_id = ANY(%(sites)s)
    ) u
    CROSS JOIN LATERAL (
        SELECT COALESCE(max(r.alarm_days), %(alarm_days)s) AS alarm_days,
            COALESCE(max(r.reading_days), %(reading_days)s) AS reading_days,
            COALESCE(max(r.grace_days), %(grace_days)s) AS grace_days
        FROM (SELECT * FROM public.temperature_reviewrules ORDER BY version DESC LIMIT 1) r
    ) rules
    CROSS JOIN LATERAL (VALUES ('alarms', rules.alarm_days), ('readings', rules.reading_days))
        AS k (kind, days)
    WHERE %(at)s > rules.grace_days * interval '1 day' + k.days * interval '1 day' + COALESCE((
        SELECT max(t.until) FROM public.temperature_reviewedunit n
        JOIN public.temperature_temperaturereview t ON t.id = n.review_id
        WHERE n.unit_id = u.unit_id AND t.kind = k.kind
    ), u.since)
"""


def count_overdue(site_ids: Collection[int], *, at: datetime) -> int:
    """
    Count the reviews that are overdue by their day, one for each unit and kind; one statement.

    What changed since its review, the list of reviews says. Source: URS-104, URS-107.
    """
    usual = DueRules()
    values: dict[str, Any] = {
        "sites": list(site_ids),
        "at": at,
        "alarm_days": usual.alarm_days,
        "reading_days": usual.reading_days,
        "grace_days": usual.grace_days,
    }
    with connection.cursor() as cursor:
        cursor.execute(OVERDUE, values)
        row = cursor.fetchone()
    return int(row[0])
