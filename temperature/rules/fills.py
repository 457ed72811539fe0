"""When a tank is filled and its level does not say so; pure, out of raw readings."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from temperature.models import ExcursionRule, Level, Side
from temperature.rules.filling import FILLS, FillRules
from temperature.rules.intervals import Beyond, Point, Stretch


class Valve(NamedTuple):
    """A time in which a filling valve was open, by its contact; it goes on where it never shut."""

    opened_at: datetime
    shut_at: datetime | None


def without_fill(
    points: Iterable[Point],
    stretch: Stretch,
    *,
    silent: timedelta,
    until: datetime,
    valves: Iterable[Valve] = (),
) -> list[Beyond]:
    """
    Return the times in which a tank was to be filled and its level says that it was not.

    A fill is a rise of the level by so much as the rules say, from its lowest since the fill
    before. It begins when the filling valve opens, or with the first reading at or below where the
    tank's own controller starts: without a rise soon after, nothing flows. A valve that shuts
    sooner than that says nothing. The level has fallen through two fills when none came for twice
    the longest time between two, or when two one after the other each ended lower than the one
    before, by as much as a fill in all. points, silent, until: as for `beyond_limits`; a time ends
    with a reading, never with silence. valves: in the order in which they opened.
    Source: REQUIREMENTS B4, D1; URS-105.
    """
    if stretch.fills is None or stretch.limits_id is None:
        return []
    watch = _Fills(stretch.fills, silent, deque(_long_enough(valves, stretch)))
    spent = _Spent(silent)
    for at, value in points:
        if value is not None:
            spent.add(at, watch.open.values())
            watch.add(at, value)
    end = stretch.ends_at if stretch.is_over(until) else None
    return [_beyond(run, stretch, stretch.limits_id, end) for run in watch.close(spent.last)]


def _long_enough(valves: Iterable[Valve], stretch: Stretch) -> Iterable[Valve]:
    """Yield what was open in a stretch, and until the level must have risen; as of its begin."""
    within = timedelta() if stretch.fills is None else stretch.fills.within
    for opened_at, shut_at in valves:
        is_short = shut_at is not None and shut_at - opened_at < within
        is_over = shut_at is not None and shut_at <= stretch.begins_at
        if not (is_short or is_over):
            yield Valve(max(opened_at, stretch.begins_at), shut_at)


class Top(NamedTuple):
    """The highest level of a fill."""

    at: datetime
    level: float


@dataclass
class _Run:
    """A time in which something is wrong with the fills."""

    rule: ExcursionRule
    began_at: datetime
    limit: float
    lowest: float
    lowest_at: datetime
    ended_at: datetime | None = None
    seconds: float = 0.0


@dataclass
class _Spent:
    """Adds to each run that goes on the time between two readings, silence left out."""

    silent: timedelta
    last: datetime | None = None

    def add(self, at: datetime, runs: Iterable[_Run]) -> None:
        held = timedelta() if self.last is None else at - self.last
        for run in runs:
            run.seconds += held.total_seconds() if held <= self.silent else 0.0
        self.last = at


@dataclass
class _Fills:
    """Follows a level from fill to fill."""

    rules: FillRules
    silent: timedelta
    valves: deque[Valve]
    before: Top | None = None
    base: Top | None = None
    fill: Top | None = None
    fills: list[Top] = field(default_factory=list)
    open: dict[ExcursionRule, _Run] = field(default_factory=dict)
    found: list[_Run] = field(default_factory=list)
    filled_at: datetime | None = None

    def add(self, at: datetime, level: float) -> None:
        """Take the next usable reading."""
        if self.base is None:
            self.base, self.filled_at = Top(at, level), at
        self._follow_valves(at, level)
        if self.fill is not None:
            self._go_on(self.fill, at, level)
        elif level >= self.base.level + self.rules.rise:
            self._rise(at, level)
        elif level < self.base.level:
            self.base = Top(at, level)
        self._look(at, level)
        self.before = Top(at, level)

    def _follow_valves(self, at: datetime, level: float) -> None:
        """Begin what is waited for since a valve opened; from now where the level was not known."""
        while self.valves and self.valves[0].opened_at <= at:
            opened_at, shut_at = self.valves.popleft()
            known = self.before if self.before and at - self.before.at <= self.silent else None
            if self.fill is None and known is not None:
                self._begin(ExcursionRule.NO_RISE, opened_at, known.level, at, level)
            elif self.fill is None and (shut_at is None or shut_at > at):
                self._begin(ExcursionRule.NO_RISE, at, level, at, level)

    def _rise(self, at: datetime, level: float) -> None:
        """Begin a fill: what waited for one is over."""
        self.fill = Top(at, level)
        self._end(ExcursionRule.NO_RISE, at)
        if not self._is_falling():
            self._end(ExcursionRule.TWO_FILLS, at)
        self._reach(at, level)

    def _go_on(self, fill: Top, at: datetime, level: float) -> None:
        if level > fill.level:
            self.fill = Top(at, level)
            self._reach(at, level)
        elif at - fill.at >= self.rules.within:
            self.fills = [*self.fills[-FILLS:], fill]
            self.fill, self.base, self.filled_at = None, Top(at, level), fill.at
            if self._is_falling():
                self._begin(ExcursionRule.TWO_FILLS, fill.at, fill.level, at, level)

    def _reach(self, at: datetime, level: float) -> None:
        """End the falling once a fill reaches what the last one did."""
        if self.fills and level >= self.fills[-1].level:
            self._end(ExcursionRule.TWO_FILLS, at)

    def _is_falling(self) -> bool:
        """Say whether two fills one after the other each ended lower than the one before."""
        if self.rules.every is None or len(self.fills) <= FILLS:
            return False
        first, second, last = self.fills
        is_lower = first.level > second.level > last.level
        is_near = last.at - first.at <= self.rules.every * (FILLS + 1)
        return is_lower and is_near and first.level - last.level >= self.rules.rise

    def _look(self, at: datetime, level: float) -> None:
        """Begin what is to be waited for, and keep the lowest level of what goes on."""
        rules = self.rules
        if self.fill is None and rules.starts_at is not None and level <= rules.starts_at:
            self._begin(ExcursionRule.NO_RISE, at, rules.starts_at, at, level)
        if self.fill is None and rules.every is not None and self.filled_at is not None:
            is_missed = at - self.filled_at > rules.every * FILLS
            if is_missed:
                last = self.fills[-1].level if self.fills else level
                self._begin(ExcursionRule.TWO_FILLS, at, last, at, level)
        for run in self.open.values():
            if level < run.lowest:
                run.lowest, run.lowest_at = level, at

    def _begin(
        self, rule: ExcursionRule, began_at: datetime, limit: float, at: datetime, level: float
    ) -> None:
        self.open.setdefault(rule, _Run(rule, began_at, limit, level, at))

    def _end(self, rule: ExcursionRule, at: datetime) -> None:
        run = self.open.pop(rule, None)
        if run is not None:
            run.ended_at = at
            self._keep(run, self.before.at if self.before else run.began_at)

    def _keep(self, run: _Run, last: datetime) -> None:
        """Keep what lasted; last: the last reading that still showed it."""
        is_short = run.rule == ExcursionRule.NO_RISE and last - run.began_at < self.rules.within
        if not is_short:
            self.found.append(run)

    def close(self, last: datetime | None) -> Sequence[_Run]:
        """Return what was found; what is open at the last reading goes on."""
        for run in self.open.values():
            self._keep(run, last or run.began_at)
        return sorted(self.found, key=lambda run: run.began_at)


def _beyond(run: _Run, stretch: Stretch, limits_id: int, end: datetime | None) -> Beyond:
    return Beyond(
        unit_id=stretch.unit_id,
        limits_id=limits_id,
        level=Level.ACTION,
        side=Side.BELOW,
        limit=run.limit,
        began_at=run.began_at,
        ended_at=run.ended_at or end,
        peak=run.lowest,
        peak_at=run.lowest_at,
        seconds=run.seconds,
        rule=run.rule,
    )
