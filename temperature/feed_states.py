"""How sources were last reached: who asks which one when, so that two workers never ask one."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from temperature.feeds.adapter import FeedFailed
from temperature.feeds.registry import adapters
from temperature.models import Feed, FeedState
from temperature.rules.feeds import wait_after

CLAIMED_FOR = timedelta(minutes=2)
"""
Longer than any adapter waits for one answer, and renewed with each: a worker that died is followed
by another, one that lives is not.
"""
LONGEST_ERROR = 500
LONGEST_RETRY = timedelta(minutes=15)


def begin_state(feed: Feed, *, at: datetime) -> None:
    """Let a source be asked at once, whatever it did before; call it in the open transaction."""
    begun = {"next_at": at, "claimed_until": None, "failing_since": None, "failures": 0}
    FeedState.objects.update_or_create(feed=feed, defaults=begun | {"last_error": ""})


def claim_due(*, at: datetime, most: int) -> list[FeedState]:
    """Claim so many sources that are to be asked now, those first that wait longest."""
    asked = [kind for kind, adapter in adapters().items() if adapter.read is not None]
    due = FeedState.objects.filter(
        Q(claimed_until__isnull=True) | Q(claimed_until__lt=at),
        next_at__lte=at,
        feed__kind__in=asked,
        feed__retired_at__isnull=True,
    )
    with transaction.atomic():
        rows = list(
            due.select_for_update(of=("self",), no_key=True, skip_locked=True)
            .select_related("feed__site")
            .order_by("next_at")[:most]
        )
        until = at + CLAIMED_FOR
        FeedState.objects.filter(pk__in=[row.pk for row in rows]).update(claimed_until=until)
    for row in rows:
        row.claimed_until = until
    return rows


def renew(state: FeedState, *, at: datetime) -> bool:
    """Hold a claimed source for longer; False where another worker holds it since."""
    until = at + CLAIMED_FOR
    if not _held(state).update(claimed_until=until):
        return False
    state.claimed_until = until
    return True


def hold(state: FeedState, *, at: datetime) -> None:
    """Renew a claim that is half over."""
    if state.claimed_until is not None and state.claimed_until - at < CLAIMED_FOR / 2:
        renew(state, at=at)


def tell_heard(state: FeedState, *, at: datetime) -> None:
    """Write down that a claimed source answered, and when it is asked next; `at`: when asked."""
    _held(state).update(
        next_at=at + state.feed.every,
        claimed_until=None,
        tried_at=at,
        heard_at=at,
        failing_since=None,
        failures=0,
        last_error="",
    )


def tell_failed(state: FeedState, failed: FeedFailed, *, at: datetime) -> None:
    """Write down in words that a claimed source failed, and wait longer each time."""
    failures = state.failures + 1
    wait = wait_after(state.feed.every, failures)
    if failed.retry_after is not None:
        wait = max(wait, min(failed.retry_after, LONGEST_RETRY))
    _held(state).update(
        next_at=at + wait,
        claimed_until=None,
        tried_at=at,
        failing_since=state.failing_since or at,
        failures=failures,
        last_error=failed.words[:LONGEST_ERROR],
    )


def tell_sent(feed: Feed, *, at: datetime) -> None:
    """Write down that a source sent something by itself."""
    FeedState.objects.filter(Q(heard_at__lt=at) | Q(heard_at__isnull=True), feed=feed).update(
        tried_at=at, heard_at=at, failing_since=None, failures=0, last_error=""
    )


def _held(state: FeedState) -> QuerySet[FeedState]:
    """Return the state if this worker still holds it: after too long, another does."""
    return FeedState.objects.filter(pk=state.pk, claimed_until=state.claimed_until)
