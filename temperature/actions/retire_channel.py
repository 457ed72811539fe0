"""Retiring a way to tell people of alarms."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound
from temperature.models import Channel, ChannelOutage
from temperature.rules.channels import UNKNOWN_CHANNEL


def retire_channel(*, channel_id: int, intent: SignedIntent, at: datetime) -> Channel:
    """
    Retire a channel, signed by an administrator; its secret is forgotten, its outage is over.

    Raises NotAuthorised; NotFound (UNKNOWN_CHANNEL). Source: URS-107, URS-110.
    """
    with signed_change(intent, action="retire_channel") as change:
        rows = Channel.objects.select_for_update(of=("self",), no_key=True)
        channel = rows.filter(pk=channel_id, retired_at__isnull=True).first()
        require_role(intent.signer, [Role.ADMINISTRATOR])
        if channel is None:
            raise NotFound([UNKNOWN_CHANNEL])
        change.subject.update(channel=channel.name)
        channel.retired_at, channel.secret = at, ""
        channel.save(update_fields=["retired_at", "secret"])
        for outage in ChannelOutage.objects.filter(channel=channel, ended_at__isnull=True):
            outage.ended_at = max(at, outage.began_at)
            outage.save(update_fields=["ended_at"])
        change.sign([channel])
    return channel
