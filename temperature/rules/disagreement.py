"""Two probes of one unit that leave the difference they were mapped with; pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import merge

from temperature.models import GapCause
from temperature.rules.intervals import MOST_APART, SILENT_INTERVALS, Missing, Point

OWN, OTHER = 0, 1


@dataclass(frozen=True)
class Together:
    """
    A time in which two probes sat in one unit, nothing of it changing.

    difference: how much warmer than the other this one was when the unit was mapped, in °C.
    most: by how much they may leave it.
    """

    unit_id: int
    begins_at: datetime
    ends_at: datetime | None
    difference: float
    most: float = MOST_APART


@dataclass(frozen=True, kw_only=True)
class Pace:
    """
    How two probes read.

    silent, other_silent: how long a value of each may stand for now; lasting: how long they must
    disagree before it is told.
    """

    silent: timedelta
    other_silent: timedelta
    lasting: timedelta


def lasting(*expected_every: timedelta) -> timedelta:
    """Return how long probes may disagree before it counts: three intervals of the slowest."""
    return max(expected_every) * SILENT_INTERVALS


def disagreements(
    own: Iterable[Point],
    other: Iterable[Point],
    times: Sequence[Together],
    *,
    pace: Pace,
    until: datetime,
) -> list[Missing]:
    """
    Return when two probes disagreed for longer than they may; neither is believed then.

    own, other, times: each in the order of time. A value is compared with the other's newest as
    long as that is not silent. What is told ends with values that agree, or where one of both
    leaves the unit; silence ends nothing, but two values apart across a silence are no run.
    Source: REQUIREMENTS B4; URS-30, URS-108.
    """
    run = _Run(pace)
    for part, compared in _by_time(own, other, times):
        for at, who, value in compared:
            run.hear(part, at, who, value)
        run.leave(part, until)
    return run.found


Heard = tuple[datetime, int, float]


def _by_time(
    own: Iterable[Point], other: Iterable[Point], times: Sequence[Together]
) -> Iterator[tuple[Together, list[Heard]]]:
    """Yield each time with the usable values of both in it, in order."""
    heard = merge(_usable(own, OWN), _usable(other, OTHER))
    waiting = next(heard, None)
    for part in times:
        inside: list[Heard] = []
        while waiting is not None and (part.ends_at is None or waiting[0] < part.ends_at):
            if waiting[0] >= part.begins_at:
                inside.append(waiting)
            waiting = next(heard, None)
        yield part, inside


def _usable(points: Iterable[Point], who: int) -> Iterator[Heard]:
    return ((at, who, value) for at, value in points if value is not None)


class _Run:
    """A time in which two probes disagree, and those that were found."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.found: list[Missing] = []
        self.last: dict[int, tuple[datetime, float]] = {}
        self.began_at: datetime | None = None
        self.apart_at: datetime | None = None

    def hear(self, part: Together, at: datetime, who: int, value: float) -> None:
        """Take the next value of one of both."""
        self.last[who] = (at, value)
        apart = self._is_apart(part, at)
        if apart is None:
            self._forget_what_was_short()
        elif not apart:
            self._end(part, at)
        else:
            self.began_at = self.began_at or at
            self.apart_at = at

    def _is_apart(self, part: Together, at: datetime) -> bool | None:
        """Say whether they disagree; None where one of them does not say anything now."""
        if len(self.last) < len((OWN, OTHER)):
            return None
        (own_at, own), (other_at, other) = self.last[OWN], self.last[OTHER]
        if at - own_at > self.pace.silent or at - other_at > self.pace.other_silent:
            return None
        return abs(own - other - part.difference) > part.most

    def _is_long(self) -> bool:
        if self.began_at is None or self.apart_at is None:
            return False
        return self.apart_at - self.began_at > self.pace.lasting

    def _forget_what_was_short(self) -> None:
        if not self._is_long():
            self.began_at = self.apart_at = None

    def _end(self, part: Together, at: datetime | None) -> None:
        if self.began_at is not None and self._is_long():
            self.found.append(
                Missing(
                    unit_id=part.unit_id,
                    cause=GapCause.DISAGREES,
                    began_at=self.began_at,
                    ended_at=at,
                )
            )
        self.began_at = self.apart_at = None

    def leave(self, part: Together, until: datetime) -> None:
        """Close what is open at the end of a time; what goes on stays open."""
        over = part.ends_at is not None and part.ends_at <= until
        self._end(part, part.ends_at if over else None)
        self.last.clear()


def together(found: Iterable[Missing]) -> list[Missing]:
    """Return times with those that meet made one: whom it disagreed with is not told apart."""
    joined: list[Missing] = []
    for one in sorted(found, key=lambda each: each.began_at):
        before = joined[-1] if joined else None
        if before is None or before.unit_id != one.unit_id or _is_over(before, one.began_at):
            joined.append(one)
        elif before.ended_at is not None:
            ended = None if one.ended_at is None else max(before.ended_at, one.ended_at)
            joined[-1] = replace(before, ended_at=ended)
    return joined


def _is_over(one: Missing, at: datetime) -> bool:
    return one.ended_at is not None and one.ended_at < at
