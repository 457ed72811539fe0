"""The lists of deviations and of incidents: chips that count, an order, and the same as CSV."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from custody.queries.deviations import (
    DeviationLine,
    Shown,
    Sorted,
    count_deviations,
    deviations,
    sorted_deviations,
)
from sop.models import DeviationKind
from web.gates import DEVIATION_REPORTERS, INCIDENT_REPORTERS
from web.http import Request
from web.keyset import cursor, pager_of
from web.links import with_query
from web.presenters import EmptyState, FilterChip, Pager

HEADS = (
    *("Number", "Title", "Source", "State", "Class", "Opened (UTC)", "Opened by", "Program"),
    *("Vials", "To assess", "Report to FDA by (UTC)"),
)


@dataclass(frozen=True, kw_only=True)
class ListOf:
    """One of the two lists: its words, its address, and who may add to it."""

    kind: DeviationKind
    title: str
    name: str
    new_name: str
    new_label: str
    reporters: frozenset[str]
    empty: EmptyState


DEVIATIONS = ListOf(
    kind=DeviationKind.DEVIATION,
    title="Deviations",
    name="quality:deviations",
    new_name="quality:new_deviation",
    new_label="Report a deviation",
    reporters=DEVIATION_REPORTERS,
    empty=EmptyState(
        title="No deviations here",
        words="Stopped mix-ups and missing vials open one by themselves; anything else you report.",
    ),
)
INCIDENTS = ListOf(
    kind=DeviationKind.INCIDENT,
    title="System incidents",
    name="quality:incidents",
    new_name="quality:new_incident",
    new_label="Report an incident",
    reporters=INCIDENT_REPORTERS,
    empty=EmptyState(
        title="No incidents here",
        words="Report what the system itself did wrong, or failed to do; QA assesses it.",
    ),
)


def asked_for(request: Request) -> tuple[Shown, Sorted]:
    """Read from the address what is shown, and in which order."""
    shown, order = request.GET.get("show", ""), request.GET.get("sort", "")
    return (
        Shown(shown) if shown in Shown.values else Shown.OPEN,
        Sorted(order) if order in Sorted.values else Sorted.NEWEST,
    )


def list_context(request: Request, what: ListOf, *, at: datetime) -> dict[str, object]:
    """Gather the list that the chips ask for."""
    shown, order = asked_for(request)
    lines, pager = _page(request, what, at)
    here = reverse(what.name)
    return {
        "what": what,
        "chips": _chips(request, what, shown, order, at),
        "orders": [
            FilterChip(
                label=str(each.label),
                url=with_query(here, show=shown.value, sort=each.value),
                active=each is order,
            )
            for each in Sorted
        ],
        "lines": lines,
        "pager": pager,
        "csv_url": with_query(here, show=shown.value, sort=order.value, format="csv"),
        "may_report": not what.reporters.isdisjoint(request.user.role_names()),
        "now": at,
    }


def csv_rows(request: Request, what: ListOf, *, at: datetime) -> Iterator[Sequence[object]]:
    """Yield the rows that the page shows, as cells."""
    lines, _ = _page(request, what, at)
    for line in lines:
        due = line.report_due_at
        yield (
            line.number,
            line.title,
            line.source,
            line.status_words,
            line.class_words,
            f"{line.opened_at:%Y-%m-%d %H:%M}",
            line.opened_by or "the system",
            line.program,
            line.vials,
            line.unassessed,
            "" if due is None else f"{due:%Y-%m-%d %H:%M}",
        )


def _page(request: Request, what: ListOf, at: datetime) -> tuple[Sequence[DeviationLine], Pager]:
    shown, order = asked_for(request)
    if order is not Sorted.NEWEST:
        lines = sorted_deviations(what.kind, shown, order, seen_by=request.user, at=at)
        return lines, Pager(words=f"{len(lines)} shown, {str(order.label).lower()}")
    page = deviations(what.kind, shown, seen_by=request.user, at=at, **cursor(request))
    return page.rows, pager_of(page, with_query(reverse(what.name), show=shown.value))


def _chips(
    request: Request, what: ListOf, shown: Shown, order: Sorted, at: datetime
) -> list[FilterChip]:
    counts = count_deviations(what.kind, seen_by=request.user, at=at)
    sort = order.value if order is not Sorted.NEWEST else None
    return [
        FilterChip(
            label=str(each.label),
            url=with_query(reverse(what.name), show=each.value, sort=sort),
            count=counts.get(each),
            active=each is shown,
        )
        for each in Shown
        if what.kind == DeviationKind.DEVIATION or each is not Shown.TO_REPORT
    ]
