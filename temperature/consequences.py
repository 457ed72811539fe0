"""What follows from excursions and gaps; `custody` says it without `temperature` knowing vials."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from audit.changes import OpenChange
from temperature.models import Excursion, Gap


@dataclass(frozen=True)
class News:
    """
    What one judging changed of a probe's excursions and gaps.

    begun: found now; changed: longer, worse or over since; withdrawn: later readings undid them.
    """

    begun: Sequence[Excursion | Gap] = field(default_factory=list)
    changed: Sequence[Excursion | Gap] = field(default_factory=list)
    withdrawn: Sequence[Excursion | Gap] = field(default_factory=list)


class Watch(Protocol):
    """What the clock looks after; it is idempotent, so that two may do it at once."""

    __name__: str

    def __call__(self, *, at: datetime) -> object:
        """Look once, as of `at`."""


Consequence = Callable[[OpenChange, News, datetime], None]
_consequences: list[Consequence] = []
_watches: list[Watch] = []


def follow_with(consequence: Consequence) -> None:
    """Have `consequence` called in the very Change that writes the news (URS-113)."""
    if consequence not in _consequences:
        _consequences.append(consequence)


def follow(change: OpenChange, news: News, at: datetime) -> None:
    """Call everything that follows from the news."""
    for consequence in _consequences:
        consequence(change, news, at)


def watch_with(watch: Watch) -> None:
    """Have `watch` done by the watchdog too, while the workers stand still (URS-46, URS-110)."""
    if watch not in _watches:
        _watches.append(watch)


def watches() -> Sequence[Watch]:
    """Return what is looked after besides readings and alarms."""
    return tuple(_watches)
