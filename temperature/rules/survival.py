"""How long the nitrogen of a tank lasts, from what its level did; pure, and never a guess."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from temperature.models import Level

METHOD = "median fall of the level over 12 hours"
LOOKS_BACK = timedelta(days=5)
OVER = timedelta(hours=12)
LEAST_FALLS = 12
"""So many falls are needed: with 12 hours each, they come from a whole day at least."""
FILL = 2.0
"""A rise of the hourly level by more than this, in %, is a fill, not a gauge that wavers."""
LEAST_PER_DAY = 0.2
"""A level that falls slower, in % a day, cannot be told from one that does not fall."""


ENOUGH = 1.2
"""So many times the hours that warn must be left before it is over: an estimate wavers."""


class Hour(NamedTuple):
    """The mean level of one hour, in %; at: when the hour began."""

    at: datetime
    level: float


@dataclass(frozen=True, kw_only=True)
class Survival:
    """
    How long the nitrogen lasts without a fill.

    hours: until the level reaches `limit`; absent where it is not known, and `unknown` says why.
    per_day: what is consumed, in % of the level; limit: the gravest low limit in force, in %.
    falls: how many falls of 12 hours it rests on. least: below how many hours it warns; critical:
    below how many it is critical.
    """

    hours: float | None = None
    unknown: str = ""
    per_day: float | None = None
    limit: float | None = None
    falls: int = 0
    least: float | None = None
    critical: float | None = None

    @property
    def level(self) -> Level | None:
        """How grave it is that so little is left; None where there is enough, or nobody knows."""
        if self.hours is None:
            return None
        if self.critical is not None and self.hours < self.critical:
            return Level.CRITICAL
        return Level.WARNING if self.is_short else None

    @property
    def is_refilled(self) -> bool:
        """Whether what ran low is over: well above what warns, or nothing is consumed."""
        if self.least is None:
            return True
        if self.hours is None:
            return self.per_day is not None
        return self.hours >= self.least * ENOUGH

    @property
    def is_short(self) -> bool:
        """Whether there are fewer hours left than there must be."""
        return self.hours is not None and self.least is not None and self.hours < self.least


def survival(
    hours: Sequence[Hour],
    *,
    level: float | None,
    limit: float | None,
    least: float | None = None,
    critical: float | None = None,
) -> Survival:
    """
    Return how long the nitrogen lasts at the consumption of the last days.

    hours: of the last five days, in order; hours without a usable reading are left out. level: the
    one of now, None where no gauge can be believed. Falls across a fill do not count, and the
    median of the others does not follow one lid that stood open.
    Source: FACT storage standards; REQUIREMENTS B4; URS-104.
    """
    known = Survival(limit=limit, least=least, critical=critical)
    if limit is None:
        return replace(known, unknown="no low limit of the level is in force")
    if level is None:
        return replace(known, unknown="the level is not known now")
    falls = list(_falls(hours))
    known = replace(known, falls=len(falls))
    if len(falls) < LEAST_FALLS:
        return replace(known, unknown="the level was not measured for a day without a fill")
    per_hour = median(falls) / (OVER / timedelta(hours=1))
    known = replace(known, per_day=per_hour * 24)
    if per_hour * 24 < LEAST_PER_DAY:
        return replace(known, unknown="the level does not fall")
    return replace(known, hours=max(0.0, level - limit) / per_hour)


def _falls(hours: Sequence[Hour]) -> Iterator[float]:
    """Yield by how much the level fell in each 12 hours without a fill between."""
    fills = [after.at for before, after in pairwise(hours) if after.level - before.level > FILL]
    known = dict(hours)
    for at, level in hours:
        later = known.get(at + OVER)
        if later is not None and not any(at < fill <= at + OVER for fill in fills):
            yield level - later
