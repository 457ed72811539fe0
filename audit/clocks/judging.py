"""How far clocks may be off: a warning above one second, a stop above five."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

WARNS_ABOVE_SECONDS = 1.0
STOPS_ABOVE_SECONDS = 5.0
STALE_AFTER = timedelta(minutes=15)


class ClockLevel(StrEnum):
    """What a clock's offset means."""

    GOOD = "ok"
    UNKNOWN = "unknown"
    WARNS = "warns"
    STOPS = "stops"


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """
    What several sources say together, in seconds that our clock is ahead.

    nearest: the offset nearest to zero; None when no source answered. spread: how far apart the
    sources are. A stop needs all who answered to agree, so one lying source stops nobody.
    """

    nearest: float | None
    spread: float


def agree(readings: Sequence[float | None]) -> Agreement:
    """Bring the readings of all sources together; None is a source that did not answer."""
    answered = [reading for reading in readings if reading is not None]
    if not answered:
        return Agreement(nearest=None, spread=0.0)
    return Agreement(nearest=min(answered, key=abs), spread=max(answered) - min(answered))


def judge_clock(*, offsets: Sequence[float | None], spread: float) -> ClockLevel:
    """
    Judge by the worst of `offsets`, seconds of each clock that matters against true time.

    None is an offset that nobody knows: it warns of nothing and stops nothing by itself.
    spread: how far the sources are apart. Source: FDA time-stamp draft; URS-72.
    """
    worst = max((abs(offset) for offset in offsets if offset is not None), default=0.0)
    if worst > STOPS_ABOVE_SECONDS:
        return ClockLevel.STOPS
    if worst > WARNS_ABOVE_SECONDS or spread > WARNS_ABOVE_SECONDS:
        return ClockLevel.WARNS
    return ClockLevel.UNKNOWN if None in offsets else ClockLevel.GOOD
