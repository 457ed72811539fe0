"""How channels stand: which is tried next, which works, and what was found."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from temperature.models import Channel, ChannelOutage, ChannelState

CLAIMED_FOR = timedelta(minutes=2)
"""Longer than any heartbeat takes: a worker that died in the middle is followed by another."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=5)


def begin_channel_state(channel: Channel, *, at: datetime) -> None:
    """Let a channel be tried at once; call it in the open transaction."""
    ChannelState.objects.update_or_create(channel=channel, defaults={"next_at": at})


def claim_channels(*, at: datetime) -> list[Channel]:
    """Claim the channels whose heartbeat is to be tried now."""
    due = ChannelState.objects.filter(next_at__lte=at, channel__retired_at__isnull=True)
    with transaction.atomic():
        rows = due.select_for_update(of=("self",), no_key=True, skip_locked=True)
        claimed = list(rows.select_related("channel").order_by("next_at"))
        keys = [row.pk for row in claimed]
        ChannelState.objects.filter(pk__in=keys).update(next_at=at + CLAIMED_FOR)
    return [row.channel for row in claimed]


def tell_beat(channel: Channel, *, at: datetime) -> None:
    """Write down that a heartbeat came."""
    ChannelState.objects.filter(channel=channel).update(
        next_at=at + channel.try_every, tried_at=at, beat_at=at, failures=0
    )


def tell_missed(channel: Channel, *, at: datetime) -> None:
    """Write down that a heartbeat was missed, and try it again sooner than it is due."""
    with transaction.atomic():
        row = ChannelState.objects.select_for_update(no_key=True).get(channel=channel)
        row.failures += 1
        doublings: int = 2 ** min(row.failures - 1, 10)
        wait = min(FIRST_WAIT * doublings, LONGEST_WAIT, channel.try_every)
        row.next_at, row.tried_at = at + wait, at
        row.save(update_fields=["failures", "next_at", "tried_at"])


def channels_in_use() -> QuerySet[Channel]:
    """Return the channels, that of the lowest rank first."""
    return Channel.objects.filter(retired_at__isnull=True).order_by("rank")


def working(channels: QuerySet[Channel]) -> Sequence[Channel]:
    """
    Return the channels in the order in which they are used: what works first.

    One that missed its heartbeat comes last, but it comes: where none works, all are tried.
    """
    outages = ChannelOutage.objects.filter(channel=OuterRef("pk"), ended_at__isnull=True)
    return list(channels.annotate(is_out=Exists(outages)).order_by("is_out", "rank"))
