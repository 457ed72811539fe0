"""What screens show of channels: how each stands, and when it did not work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from temperature.channels.registry import way_of
from temperature.models import Channel, ChannelOutage, ChannelState

OUTAGES_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class ChannelLine:
    """
    One channel in use.

    beat_at: the last heartbeat that came. outage: since when it does not work, and why.
    """

    channel: Channel
    beat_at: datetime | None
    outage: ChannelOutage | None
    has_addresses: bool


def channel_lines() -> list[ChannelLine]:
    """Return the channels in use, that which is used first first; two queries."""
    outages = ChannelOutage.objects.filter(ended_at__isnull=True)
    rows = Channel.objects.filter(retired_at__isnull=True).select_related("state")
    rows = rows.prefetch_related(Prefetch("outages", queryset=outages, to_attr="going_on"))
    return [_line(channel) for channel in rows.order_by("rank")]


def _line(channel: Channel) -> ChannelLine:
    state: ChannelState | None = getattr(channel, "state", None)
    going_on: Sequence[ChannelOutage] = vars(channel)["going_on"]
    return ChannelLine(
        channel=channel,
        beat_at=None if state is None else state.beat_at,
        outage=going_on[0] if going_on else None,
        has_addresses=way_of(channel).has_addresses,
    )


def last_outages() -> Sequence[ChannelOutage]:
    """Return the outages that were last, the newest first."""
    rows = ChannelOutage.objects.select_related("channel")
    return list(rows.order_by("-began_at")[:OUTAGES_SHOWN])
