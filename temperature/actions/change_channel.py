"""Changing a way to tell people of alarms."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import NotFound, Refusal, refuse_if
from temperature.channel_states import begin_channel_state
from temperature.channels.registry import channel_settings, refusals_of_channel_settings
from temperature.kept_secrets import NO_KEY, can_keep, encrypted
from temperature.models import Channel, ChannelKind
from temperature.rules.channels import (
    NOTHING_CHANGES,
    RANK_TAKEN,
    UNKNOWN_CHANNEL,
    refusals_of_channel,
)

FIELDS = ["rank", "settings", "try_every", "secret", "secret_set_at"]


def change_channel(
    *,
    channel_id: int,
    rank: int,
    settings: Mapping[str, object],
    secret: str,
    try_every: timedelta,
    intent: SignedIntent,
    at: datetime,
) -> Channel:
    """
    Change a channel, signed by an administrator; its heartbeat is tried at once.

    secret: a new one in the clear, which takes the place of the old; empty keeps what there is.
    Raises NotAuthorised; NotFound (UNKNOWN_CHANNEL); ActionRefused (RANK_*, EVERY_OUT_OF_BOUNDS,
    SETTINGS_MALFORMED, NO_FEED_KEY, NOTHING_CHANGES). Source: URS-107, URS-110.
    """
    with signed_change(intent, action="change_channel") as change:
        rows = Channel.objects.select_for_update(of=("self",), no_key=True)
        channel = rows.filter(pk=channel_id, retired_at__isnull=True).first()
        require_role(intent.signer, [Role.ADMINISTRATOR])
        if channel is None:
            raise NotFound([UNKNOWN_CHANNEL])
        change.subject.update(channel=channel.name)
        kind = ChannelKind(channel.kind)
        refuse_if(_refusals(kind, rank, settings, secret, try_every))
        before = (channel.rank, channel.settings, channel.try_every)
        kept = channel_settings(kind, settings).model_dump(mode="json")
        refuse_if([NOTHING_CHANGES] if not secret and before == (rank, kept, try_every) else [])
        channel.rank, channel.settings, channel.try_every = rank, kept, try_every
        if secret:
            channel.secret, channel.secret_set_at = encrypted(secret), at
        with refused_by("temperature_one_channel_of_each_rank", RANK_TAKEN):
            channel.save(update_fields=FIELDS)
        begin_channel_state(channel, at=at)
        change.sign([channel])
    return channel


def _refusals(
    kind: ChannelKind, rank: int, settings: Mapping[str, object], secret: str, try_every: timedelta
) -> list[Refusal]:
    refusals = refusals_of_channel(rank, try_every)
    refusals += refusals_of_channel_settings(kind, settings)
    if secret and not can_keep():
        refusals.append(NO_KEY)
    return refusals
