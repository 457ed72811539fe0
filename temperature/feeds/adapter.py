"""What an adapter is: the settings that it needs, and how it asks its source."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from temperature.arrivals import Arrival
from temperature.models import FeedKind


class Settings(BaseModel):
    """The settings of an adapter; each field is a field of the form that sets it up."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class FeedFailed(Exception):
    """
    A source did not answer, or not with what was expected; its words say what to do.

    They are kept and shown, so they never hold a secret. retry_after: the source asked for it.
    """

    def __init__(self, words: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.retry_after = retry_after


class TooMuch(FeedFailed):
    """An answer is larger than what is taken at once: less may be asked for."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """
    One asking of a source.

    secret: in the clear, empty when there is none. channels: those with a probe in service.
    newest: of each channel that was heard, the newest reading. every: how often each is expected
    to bring one. at: now. before: the settings that the last arrival was kept with; an adapter
    may leave a note there.
    is_trial: nothing will be stored, so nothing may be changed at the source either.
    """

    secret: str
    channels: Collection[str]
    at: datetime
    newest: Mapping[str, datetime] = field(default_factory=dict)
    every: Mapping[str, timedelta] = field(default_factory=dict)
    before: Mapping[str, object] = field(default_factory=dict)
    is_trial: bool = False


Read = Callable[[Any, Ask], Iterator[Arrival]]


def _takes_any(settings: Any, secret: str) -> str:  # noqa: ARG001 - as adapters are asked
    """Find no fault with a secret, or with none."""
    return ""


@dataclass(frozen=True, kw_only=True)
class Adapter:
    """
    One way in which readings come.

    read: asks the source; what it does after it yielded an arrival, it does when that is stored.
    Absent for a source that sends by itself. It raises FeedFailed. credentials: what the form
    calls its secret; empty when it has none. fault_of_secret: says in words why it cannot be asked
    with these settings and this secret, empty where it can.
    """

    kind: FeedKind
    settings: type[Settings]
    read: Read | None = None
    credentials: str = ""
    fault_of_secret: Callable[[Any, str], str] = _takes_any
