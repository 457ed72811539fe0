"""What a way of telling is: the settings it needs, how it sends, and how its heartbeat is tried."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from temperature.feeds.adapter import Settings
from temperature.models import ChannelKind


class NotTold(Exception):
    """A channel did not take a message, or missed its heartbeat; its words hold no secret."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, kw_only=True)
class Message:
    """
    What somebody is told.

    id: the same whenever it is sent, so that a receiver takes it once. to: the address; empty
    where the channel has one receiver for all. who: the person's name. facts: the same as the
    text, for machines. Nothing in it names a patient or a vial.
    """

    id: str
    to: str
    who: str
    subject: str
    text: str
    at: datetime
    facts: Mapping[str, object] = field(default_factory=dict)


Send = Callable[[Any, str, Message], None]
Beat = Callable[[Any, str], None]


@dataclass(frozen=True, kw_only=True)
class Way:
    """
    One kind of channel.

    send, beat: take the settings and the secret in the clear, and raise NotTold. credentials: what
    the form calls the secret. has_addresses: each person has one of their own there.
    arrives: whether what was taken has arrived, because the receiver itself took it.
    """

    kind: ChannelKind
    settings: type[Settings]
    send: Send
    beat: Beat
    credentials: str
    has_addresses: bool = True
    arrives: bool = False
