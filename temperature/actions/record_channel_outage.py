"""Recording that a channel does not work."""

from datetime import datetime

from audit.changes import machine_change
from temperature.models import Channel, ChannelOutage

LONGEST_WORDS = 500


def record_channel_outage(*, channel_id: int, words: str, at: datetime) -> None:
    """
    Begin an outage of a channel; one that goes on is left as it is.

    words: why its heartbeat was missed. Source: URS-46, URS-110.
    """
    if ChannelOutage.objects.filter(channel=channel_id, ended_at__isnull=True).exists():
        return
    with machine_change(
        "temperature watch", action="record_channel_outage", reason="A heartbeat was missed"
    ) as change:
        channel = Channel.objects.select_for_update(no_key=True).get(pk=channel_id)
        change.subject.update(channel=channel.name)
        if not channel.outages.filter(ended_at__isnull=True).exists():
            row = ChannelOutage(channel=channel, began_at=at, words=words[:LONGEST_WORDS])
            row.save(force_insert=True)
