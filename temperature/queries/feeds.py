"""What screens show of sources: how they stand, and what came from them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from accounts.models import Person
from accounts.roles import Role
from temperature.models import Feed, FeedKind, FeedState, Intake, Probe

INTAKES_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class FeedRow:
    """One source: its probes in service, when it was last heard, since when it fails and why."""

    feed: Feed
    kind: str
    probes: int
    heard_at: datetime | None
    failing_since: datetime | None
    last_error: str


def is_service_account(account_id: int) -> bool:
    """Say whether an account may send readings with a token of its own."""
    active = Person.objects.filter(pk=account_id, is_active=True, is_shared=False)
    return active.filter(groups__name=Role.SERVICE).exists()


def service_accounts() -> list[tuple[int, str]]:
    """Return the accounts that may send readings, by key and name."""
    active = Person.objects.filter(is_active=True, is_shared=False, groups__name=Role.SERVICE)
    return list(active.order_by("full_name").values_list("pk", "full_name"))


def feed_rows() -> list[FeedRow]:
    """Return the sources, those in use first; one query."""
    in_service = Count("probes", filter=Q(probes__retired_at__isnull=True))
    rows = Feed.objects.select_related("site", "state", "account").annotate(in_service=in_service)
    return [_row(feed) for feed in rows.order_by("retired_at", "site__code", "name")]


def feed_row(feed_id: int) -> FeedRow | None:
    """Return one source; None when there is none of this key."""
    in_service = Count("probes", filter=Q(probes__retired_at__isnull=True))
    rows = Feed.objects.select_related("site", "state", "account").annotate(in_service=in_service)
    feed = rows.filter(pk=feed_id).first()
    return None if feed is None else _row(feed)


def _row(feed: Feed) -> FeedRow:
    state: FeedState | None = getattr(feed, "state", None)
    return FeedRow(
        feed=feed,
        kind=FeedKind(feed.kind).label,
        probes=vars(feed)["in_service"],
        heard_at=None if state is None else state.heard_at,
        failing_since=None if state is None else state.failing_since,
        last_error="" if state is None else state.last_error,
    )


def intakes_of(feed: Feed) -> QuerySet[Intake]:
    """Return what came last from a source, without the bytes; the newest first."""
    return Intake.objects.filter(feed=feed).defer("original").order_by("-pk")[:INTAKES_SHOWN]


@dataclass(frozen=True)
class Heard:
    """Up to when a channel is known, None when it was never heard, and how often it reads."""

    newest: datetime | None
    every: timedelta


def heard_of(feed: Feed) -> dict[str, Heard]:
    """
    Return how each channel with a probe in service was heard; one query.

    A source that answers for a stretch of time is asked from there on, so that what was missed
    while it could not be reached comes later.
    """
    rows = Probe.objects.filter(feed=feed, retired_at__isnull=True)
    columns = rows.values_list("channel", "state__last_at", "expected_every")
    return {channel: Heard(newest, every) for channel, newest, every in columns}


def settings_of_last(feed: Feed) -> dict[str, object]:
    """Return the settings that the last arrival of a source was kept with; empty without one."""
    last = Intake.objects.filter(feed=feed).order_by("-pk").values_list("settings", flat=True)
    return last.first() or {}
