"""Values that stand still, and values that jump as no unit can: none of them is measured; pure."""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from temperature.models import GapCause
from temperature.rules.intervals import Missing, Point, Sitting

JUMPS = 6
"""So many jumps, each the other way, are no opened lid: it warms at once and cools for minutes."""
JUMPS_WITHIN = timedelta(minutes=15)
ALL_JUMPS_WITHIN = JUMPS * JUMPS_WITHIN
Measured = tuple[datetime, float]
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
    if watches:
        for part in _unbroken(points, silent):
            for watch in watches:
                watch.hear(part)
    end = sitting.ends_at if sitting.is_over(until) else None
    return [
        Missing(unit_id=sitting.unit_id, cause=watch.cause, began_at=began, ended_at=ended or end)
        for watch in watches
        for began, ended in watch.found()
    ]


def _unbroken(points: Iterable[Point], silent: timedelta) -> Iterator[list[Measured]]:
    """Yield the usable readings, parted where nothing was heard between them for too long."""
    part: list[Measured] = []
    for at, value in points:
        if value is not None:
            if part and at - part[-1][0] > silent:
                yield part
                part = []
            part.append((at, value))
    if part:
        yield part


class _Still:
    """The times around readings in which all values were alike."""

    cause = GapCause.FLAT

    def __init__(self, lasting: timedelta, within: float) -> None:
        self.lasting, self.most = lasting, within + TINY
        self.times: deque[datetime] = deque()
        self.lows: deque[Measured] = deque()
        self.highs: deque[Measured] = deque()
        self.runs: list[tuple[datetime, datetime | None]] = []
        self.reached: datetime | None = None

    def hear(self, part: Sequence[Measured]) -> None:
        """Take readings between which there was no silence; nearly none of them are alike."""
        self._end(part[0][0])
        times = [at for at, _ in part]
        number: int | None = 0
        while number is not None:
            number = self._first_alike(part, times, number)
            if number is not None:
                number = self._follow(part, number)

    def _first_alike(
        self, part: Sequence[Measured], times: Sequence[datetime], number: int
    ) -> int | None:
        """
        Return from which reading on values were alike for long enough; None where they never were.

        What begins at `number` or later, and is long enough, holds the reading that is so much
        later: it can begin no earlier than what is alike up to that one. The rest is never read.
        """
        while (later := bisect_left(times, times[number] + self.lasting, number)) < len(times):
            begins = self._alike_since(part, number, later)
            if begins == number:
                return number
            number = begins
        return None

    def _alike_since(self, part: Sequence[Measured], number: int, last: int) -> int:
        """Return the first reading, not before `number`, from which on all are alike to `last`."""
        low = high = part[last][1]
        for before in range(last - 1, number - 1, -1):
            low, high = min(low, part[before][1]), max(high, part[before][1])
            if high - low > self.most:
                return before + 1
        return number

    def _follow(self, part: Sequence[Measured], number: int) -> int | None:
        """Follow what is alike from a reading on; return from where to look on, None at the end."""
        for kept in (self.times, self.lows, self.highs):
            kept.clear()
        was_long = False
        for now in range(number, len(part)):
            at, value = part[now]
            since = self._take(at, value)
            is_long = at - since >= self.lasting
            if is_long:
                self._go_on(since, at)
            elif was_long:
                self._end(at)
                return now + 1 - len(self.times)
            was_long = is_long
        return None

    def _take(self, at: datetime, value: float) -> datetime:
        """Return since when all values up to this one are alike."""
        while self.lows and self.lows[-1][1] >= value:
            self.lows.pop()
        while self.highs and self.highs[-1][1] <= value:
            self.highs.pop()
        self.lows.append((at, value))
        self.highs.append((at, value))
        self.times.append(at)
        while self.highs[0][1] - self.lows[0][1] > self.most:
            self._forget_up_to(min(self.highs[0][0], self.lows[0][0]))
        return self.times[0]

    def _forget_up_to(self, at: datetime) -> None:
        for ends in (self.lows, self.highs):
            if ends[0][0] <= at:
                ends.popleft()
        while self.times[0] <= at:
            self.times.popleft()

    def _go_on(self, since: datetime, at: datetime) -> None:
        """Say that all values from `since` up to `at` were alike."""
        if self.reached is not None and since <= self.reached:
            since, _ = self.runs.pop()
        self.runs.append((since, None))
        self.reached = at

    def _end(self, at: datetime) -> None:
        """Say that values were otherwise from then on, where they were alike until then."""
        if self.runs and self.runs[-1][1] is None:
            self.runs[-1] = self.runs[-1][0], at

    def found(self) -> Iterator[tuple[datetime, datetime | None]]:
        """Yield when it began, and the first reading that was otherwise."""
        yield from self.runs


class _Jumps:
    """The times in which each jump goes the other way than the one before."""

    cause = GapCause.JUMPS

    def __init__(self, most: float) -> None:
        self.most = most + TINY
        self.run: _Run | None = None
        self.runs: list[tuple[datetime, datetime | None]] = []

    def hear(self, part: Sequence[Measured]) -> None:
        """Take readings between which there was no silence: across one, there is no jump."""
        since, last = part[0]
        for at, value in part:
            if self.run is not None and at - self.run.last_at > JUMPS_WITHIN:
                self._end(at)
            if abs(value - last) > self.most:
                self._jump(since, at, is_up=value > last)
            since, last = at, value

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
