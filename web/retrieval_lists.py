"""The list of orders: what is open by urgency, what is done by age, with chips that count."""

from datetime import datetime

from django.urls import reverse

from custody.models import RetrievalStatus
from custody.queries.retrievals import (
    MOST_SHOWN,
    RetrievalCard,
    closed_retrievals,
    count_open,
    open_retrievals,
)
from web.http import Request
from web.keyset import cursor, pager_of
from web.links import with_query
from web.presenters import EmptyState, FilterChip, Pager
from web.retrieval_pages import retrieval_lines

DONE = "done"
EMPTY = EmptyState(
    title="No retrievals here",
    words="Orders arrive from scheduling by themselves; nothing waits in this list.",
)


def list_context(request: Request, *, at: datetime) -> dict[str, object]:
    """Gather the list that the chips ask for."""
    shown = request.GET.get("show", "")
    cards, pager = _done(request) if shown == DONE else _open(request, shown)
    return {
        "chips": _chips(request, shown),
        "lines": retrieval_lines(cards, at=at),
        "pager": pager,
        "empty": EMPTY,
        "now": at,
    }


def _open(request: Request, shown: str) -> tuple[list[RetrievalCard], Pager]:
    status = RetrievalStatus(shown) if shown in RetrievalStatus.values else None
    cards = open_retrievals(seen_by=request.user, status=status)
    words = f"{len(cards)} by urgency"
    if len(cards) == MOST_SHOWN:
        words = f"The {MOST_SHOWN} most urgent"
    return cards, Pager(words=words)


def _done(request: Request) -> tuple[list[RetrievalCard], Pager]:
    page = closed_retrievals(seen_by=request.user, **cursor(request))
    url = with_query(reverse("retrievals:index"), show=DONE)
    return list(page.rows), pager_of(page, url)


def _chips(request: Request, shown: str) -> list[FilterChip]:
    counts = count_open(seen_by=request.user)
    url = reverse("retrievals:index")
    chips = [
        FilterChip(label="All open", url=url, count=sum(counts.values()), active=not shown),
        *(
            FilterChip(
                label=str(status.label),
                url=with_query(url, show=status.value),
                count=number,
                active=shown == status.value,
            )
            for status, number in counts.items()
        ),
    ]
    done = with_query(url, show=DONE)
    return [*chips, FilterChip(label="Handed over", url=done, active=shown == DONE)]
