"""A webhook: one receiver for all, such as a duty system, that gets signed events."""

from pydantic import Field

from audit.posting import Event, signed
from temperature.channels.adapter import Message, NotTold, Way
from temperature.channels.over_http import HttpSettings, look, post
from temperature.models import ChannelKind


class WebhookSettings(HttpSettings):
    """Where events go."""

    url: str = Field(
        title="Address that takes the events",
        description="Such as https://duty.example/events.",
        max_length=500,
    )


def send(settings: WebhookSettings, secret: str, message: Message) -> None:
    """
    Send a message as a CloudEvents event, signed over time and body.

    Raises NotTold. Source: URS-110.
    """
    if not secret:
        raise NotTold("It has no secret to sign with. Enter one.")
    event = Event(
        id=message.id,
        source="temperature/alarms",
        type="temperature.alarm",
        told={"person": message.who, "subject": message.subject, "text": message.text}
        | dict(message.facts),
    )
    body, headers = signed(event, secret=secret, at=message.at)
    post(settings.url, body=body, headers=headers)


def beat(settings: WebhookSettings, secret: str) -> None:
    """Look whether the receiver answers. Raises NotTold."""
    del secret
    own = settings.heartbeat_url
    look(own or settings.url, headers={}, is_for_it=bool(own))


WAY = Way(
    kind=ChannelKind.WEBHOOK,
    settings=WebhookSettings,
    send=send,
    beat=beat,
    credentials="Secret that signs events",
    has_addresses=False,
    arrives=True,
)
