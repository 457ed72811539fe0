"""What follows from excursions and gaps; `custody` says it without `temperature` knowing vials."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

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


Consequence = Callable[[OpenChange, News, datetime], None]
_consequences: list[Consequence] = []


def follow_with(consequence: Consequence) -> None:
    """Have `consequence` called in the very Change that writes the news (URS-113)."""
    if consequence not in _consequences:
        _consequences.append(consequence)


def follow(change: OpenChange, news: News, at: datetime) -> None:
    """Call everything that follows from the news."""
    for consequence in _consequences:
        consequence(change, news, at)
