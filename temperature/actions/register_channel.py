"""Registering a way to tell people of alarms."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import Refusal, refuse_if
from inventory.rules.naming import refusals_of_name
from temperature.channel_states import begin_channel_state
from temperature.channels.registry import channel_settings, refusals_of_channel_settings
from temperature.kept_secrets import NO_KEY, can_keep, encrypted
from temperature.models import Channel, ChannelKind
from temperature.rules.channels import RANK_TAKEN, refusals_of_channel

LONGEST_NAME = 60
TAKEN_MEANWHILE = Refusal("NAME_TAKEN", "Somebody else has just given this name to a channel.")


def register_channel(
    *,
    name: str,
    kind: ChannelKind,
    rank: int,
    settings: Mapping[str, object],
    secret: str,
    try_every: timedelta,
    intent: SignedIntent,
    at: datetime,
) -> Channel:
    """
    Register a channel, signed by an administrator; its heartbeat is tried at once.

    rank: the lowest is used first. secret: in the clear, kept encrypted, or empty.
    Raises NotAuthorised; ActionRefused (NAME_*, RANK_*, EVERY_OUT_OF_BOUNDS, SETTINGS_MALFORMED,
    NO_FEED_KEY). Source: draft Annex 11 section 8; URS-110.
    """
    with signed_change(intent, action="register_channel") as change:
        change.subject.update(channel=name.strip())
        require_role(intent.signer, [Role.ADMINISTRATOR])
        refuse_if(_refusals(name.strip(), kind, rank, settings, secret, try_every))
        channel = Channel(
            name=name.strip(),
            kind=kind,
            rank=rank,
            settings=channel_settings(kind, settings).model_dump(mode="json"),
            secret=encrypted(secret),
            secret_set_at=at if secret else None,
            try_every=try_every,
        )
        with (
            refused_by("temperature_channel_name_key", TAKEN_MEANWHILE),
            refused_by("temperature_one_channel_of_each_rank", RANK_TAKEN),
        ):
            channel.save(force_insert=True)
        begin_channel_state(channel, at=at)
        change.sign([channel])
    return channel


def _refusals(
    name: str,
    kind: ChannelKind,
    rank: int,
    settings: Mapping[str, object],
    secret: str,
    try_every: timedelta,
) -> list[Refusal]:
    taken = Channel.objects.filter(name=name).exists()
    refusals = refusals_of_name(name, taken=taken, what="channel", longest=LONGEST_NAME)
    refusals += refusals_of_channel(rank, try_every)
    refusals += refusals_of_channel_settings(kind, settings)
    if secret and not can_keep():
        refusals.append(NO_KEY)
    return refusals
