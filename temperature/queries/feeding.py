"""How asking and storing go, for screens and for the machines that watch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from temperature.feeds.registry import adapters
from temperature.models import FeedState, LeftUndone, WorkKind
from temperature.watching_room import room_missing
from temperature.work_marks import work_marks

OVERDUE_AFTER = timedelta(minutes=3)
"""Longer than a claim of a worker that died."""


@dataclass(frozen=True, kw_only=True)
class FeedingState:
    """
    How asking and storing go.

    sources: that are asked; failing: of those, how many failed the last time; not_asked: how many
    were due long ago and nobody asked them. asked_seconds: since anybody looked which are due.
    months_missing: of this one and the next. left_undone: for how many things judging fails.
    """

    sources: int
    failing: int
    not_asked: int
    asked_seconds: int | None
    months_missing: Sequence[str]
    left_undone: int


def feeding_state(now: datetime) -> FeedingState:
    """Say how asking and storing go; four queries. Source: DESIGN section 5; URS-108."""
    marks = work_marks()
    mark, started_at = marks.get(WorkKind.POLLING), marks.get(WorkKind.STARTING)
    counts = asked_states().aggregate(
        sources=Count("pk"),
        failing=Count("pk", filter=Q(failing_since__isnull=False)),
        not_asked=Count("pk", filter=_overdue(now, started_at)),
    )
    return FeedingState(
        **counts,
        asked_seconds=None if mark is None else int((now - mark).total_seconds()),
        months_missing=[f"{month:%Y-%m}" for month in room_missing(now)],
        left_undone=LeftUndone.objects.count(),
    )


def asked_states() -> QuerySet[FeedState]:
    """Return how the sources stand that are asked and not retired."""
    kinds = [kind for kind, adapter in adapters().items() if adapter.read is not None]
    return FeedState.objects.filter(feed__kind__in=kinds, feed__retired_at__isnull=True)


def not_asked(now: datetime, *, started_at: datetime | None) -> list[str]:
    """Return the sources that were due long ago, and since the portal started, and not asked."""
    rows = asked_states().filter(_overdue(now, started_at))
    return list(rows.order_by("feed__name").values_list("feed__name", flat=True))


def _overdue(now: datetime, started_at: datetime | None) -> Q:
    """Match what was due long ago; nothing is, before whoever asks had the time to begin."""
    if started_at is not None and now - started_at < OVERDUE_AFTER:
        return Q(pk__in=[])
    return Q(next_at__lt=now - OVERDUE_AFTER)
