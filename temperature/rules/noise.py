"""Values that stand still, and values that jump as no unit can: none of them is measured; pure."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from temperature.models import GapCause
from temperature.rules.intervals import Missing, Point, Sitting

JUMPS = 6
"""So many jumps, each the other way, are no opened lid: it warms at once and cools for minutes."""
JUMPS_WITHIN = timedelta(minutes=15)
ALL_JUMPS_WITHIN = JUMPS * JUMPS_WITHIN
TINY = 1e-6
"""By how much the difference of two floats may miss what is written in decimals."""


@dataclass(frozen=True)
class Doubts:
    """
    When values of a probe are not believed, as registered.

    flat: how long they may stay `within` so much of each other; None where they may for ever.
    jump: a greater step between two readings is no real one; None where any may be.
    """

    flat: timedelta | None = None
    within: float = 0.0
    jump: float | None = None

    @property
    def reach(self) -> timedelta:
        """How long before a reading another one may bear on whether it is believed."""
        jumps = timedelta() if self.jump is None else ALL_JUMPS_WITHIN
        return max(self.flat or timedelta(), jumps)


def not_believed(
    points: Iterable[Point],
    sitting: Sitting,
    doubts: Doubts,
    *,
    silent: timedelta,
    until: datetime,
) -> list[Missing]:
    """
    Return the times in which values stood still for too long, or jumped again and again.

    points: those of the sitting, in the order of time. A value is in doubt where any time as long
    as `flat` around it has all its values within so much of each other; silence ends such a time.
    Raw readings stay as they are. Source: REQUIREMENTS B4, scenario 6; URS-108, URS-111.
    """
    watches: list[_Still | _Jumps] = [
        *([_Still(doubts.flat, doubts.within)] if doubts.flat is not None else []),
        *([_Jumps(doubts.jump)] if doubts.jump is not None else []),
    ]
    if not watches:
        return []
    last = None
    for at, value in points:
        if value is not None:
            is_new = last is None or at - last > silent
            for watch in watches:
                watch.hear(at, value, is_new=is_new)
            last = at
    end = sitting.ends_at if sitting.is_over(until) else None
    return [
        Missing(unit_id=sitting.unit_id, cause=watch.cause, began_at=began, ended_at=ended or end)
        for watch in watches
        for began, ended in watch.found()
    ]


class _Still:
    """The times around readings in which all values were alike."""

    cause = GapCause.FLAT

    def __init__(self, lasting: timedelta, within: float) -> None:
        self.lasting, self.most = lasting, within + TINY
        self.times: deque[datetime] = deque()
        self.lows: deque[Point] = deque()
        self.highs: deque[Point] = deque()
        self.runs: list[list[datetime | None]] = []
        self.reached: datetime | None = None

    def hear(self, at: datetime, value: float, *, is_new: bool) -> None:
        """Take the next value; is_new: whether it comes after silence."""
        since = self._alike_since(Point(at, value), value, is_new=is_new)
        if at - since >= self.lasting:
            if self.reached is None or since > self.reached:
                self.runs.append([since, None])
            self.runs[-1][1], self.reached = None, at
        elif self.runs and self.runs[-1][1] is None:
            self.runs[-1][1] = at

    def _alike_since(self, point: Point, value: float, *, is_new: bool) -> datetime:
        """Return since when all values up to this one are alike."""
        if is_new:
            for kept in (self.times, self.lows, self.highs):
                kept.clear()
        while self.lows and (self.lows[-1].value or 0.0) >= value:
            self.lows.pop()
        while self.highs and (self.highs[-1].value or 0.0) <= value:
            self.highs.pop()
        self.lows.append(point)
        self.highs.append(point)
        self.times.append(point.at)
        while (self.highs[0].value or 0.0) - (self.lows[0].value or 0.0) > self.most:
            self._forget_up_to(min(self.highs[0].at, self.lows[0].at))
        return self.times[0]

    def _forget_up_to(self, at: datetime) -> None:
        for ends in (self.lows, self.highs):
            if ends[0].at <= at:
                ends.popleft()
        while self.times[0] <= at:
            self.times.popleft()

    def found(self) -> Iterator[tuple[datetime, datetime | None]]:
        """Yield when it began, and the first reading that was otherwise."""
        for began, ended in self.runs:
            if began is not None:
                yield began, ended


class _Jumps:
    """The times in which each jump goes the other way than the one before."""

    cause = GapCause.JUMPS

    def __init__(self, most: float) -> None:
        self.most = most + TINY
        self.before: tuple[datetime, float] | None = None
        self.run: _Run | None = None
        self.runs: list[tuple[datetime, datetime | None]] = []

    def hear(self, at: datetime, value: float, *, is_new: bool) -> None:
        """Take the next value; a difference across silence is no jump."""
        if self.run is not None and at - self.run.last_at > JUMPS_WITHIN:
            self._end(at)
        if self.before is not None and not is_new:
            since, last = self.before
            if abs(value - last) > self.most:
                self._jump(since, at, is_up=value > last)
        self.before = at, value

    def _jump(self, since: datetime, at: datetime, *, is_up: bool) -> None:
        if self.run is not None and self.run.is_up == is_up:
            self._end(at)
        if self.run is None:
            self.run = _Run(since, at, is_up)
        else:
            self.run.last_at, self.run.is_up = at, is_up
        self.run.jumps += 1

    def _end(self, at: datetime | None) -> None:
        if self.run is not None and self.run.jumps >= JUMPS:
            self.runs.append((self.run.began_at, at))
        self.run = None

    def found(self) -> Iterator[tuple[datetime, datetime | None]]:
        """Yield when it began, and the first reading after it; what goes on has none."""
        self._end(None)
        yield from self.runs


@dataclass
class _Run:
    began_at: datetime
    last_at: datetime
    is_up: bool
    jumps: int = 0
