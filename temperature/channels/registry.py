"""Which way belongs to which kind of channel, and using one as it is set up."""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import ValidationError

from audit.errors import Refusal
from temperature.channels import email, sms, webhook
from temperature.channels.adapter import Message, NotTold, Way
from temperature.feeds.adapter import FeedFailed, Settings
from temperature.feeds.registry import refusals_of_entries
from temperature.kept_secrets import decrypted
from temperature.models import Channel, ChannelKind

WAYS: Mapping[ChannelKind, Way] = MappingProxyType(
    {way.kind: way for way in (email.WAY, webhook.WAY, sms.WAY)}
)


def way_of(channel: Channel) -> Way:
    """Return the way that a channel goes."""
    return WAYS[ChannelKind(channel.kind)]


def channel_settings(kind: ChannelKind, kept: Mapping[str, object]) -> Settings:
    """
    Return settings as the way of `kind` reads them.

    Raises pydantic's ValidationError: they are not what it needs.
    """
    return WAYS[kind].settings.model_validate(dict(kept))


def refusals_of_channel_settings(kind: ChannelKind, kept: Mapping[str, object]) -> list[Refusal]:
    """Say what is wrong with the settings of a channel; empty when it can be used with them."""
    return refusals_of_entries(WAYS[kind].settings, kept)


def send(channel: Channel, message: Message) -> None:
    """
    Send a message by a channel.

    Raises NotTold: it was not taken, whatever the reason.
    """
    settings, secret = _ready(channel)
    way_of(channel).send(settings, secret, message)


def beat(channel: Channel) -> None:
    """
    Try whether a channel works, and send nobody anything.

    Raises NotTold: it missed its heartbeat.
    """
    settings, secret = _ready(channel)
    way_of(channel).beat(settings, secret)


def _ready(channel: Channel) -> tuple[Settings, str]:
    try:
        settings = channel_settings(ChannelKind(channel.kind), channel.settings)
        return settings, decrypted(channel.secret)
    except ValidationError:
        raise NotTold("Its settings are not what it needs now. Change them.") from None
    except FeedFailed as failed:
        raise NotTold(failed.words) from failed
