"""Recording that a channel works again."""

from datetime import datetime

from audit.changes import machine_change
from temperature.models import ChannelOutage


def end_channel_outage(*, channel_id: int, at: datetime) -> None:
    """End the outage of a channel. Source: URS-110."""
    with machine_change(
        "temperature watch", action="end_channel_outage", reason="A heartbeat came again"
    ) as change:
        rows = ChannelOutage.objects.select_for_update(of=("self",), no_key=True)
        outage = rows.select_related("channel").filter(channel=channel_id, ended_at=None).first()
        if outage is not None:
            change.subject.update(channel=outage.channel.name)
            outage.ended_at = max(at, outage.began_at)
            outage.save(update_fields=["ended_at"])
