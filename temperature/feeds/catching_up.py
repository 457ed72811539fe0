"""What is asked of a source that answers for stretches of time, and what it left out; pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from temperature.arrivals import Fault, Sample
from temperature.feeds.adapter import Ask
from temperature.rules.intervals import silent_after

NOTE, LONGEST = "left out", "longest window in seconds"
FRONT, FARTHEST_BACK = timedelta(hours=1), timedelta(days=7)
SHORTEST = timedelta(minutes=1)
MOST_EXPECTED = 10_000
"""Readings in one answer: far below what is taken at once, whatever their source adds to them."""
MOST_TRIES, FIRST_WAIT, LONGEST_WAIT = 6, timedelta(minutes=1), timedelta(hours=4)
MOST_KEPT = 200


@dataclass(frozen=True, kw_only=True)
class Window:
    """A stretch that a source is asked for."""

    begins_at: datetime
    ends_at: datetime
    channels: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """
    A stretch between two known readings for which nothing came, of some channels.

    tries: how often it was asked for since; next_at: not asked again before.
    """

    begins_at: datetime
    ends_at: datetime
    channels: tuple[str, ...]
    tries: int
    next_at: datetime


class Coverage:
    """What of the time up to now was never answered; it is kept with the last arrival."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        note = ask.before.get(NOTE)
        rows = note if isinstance(note, list) else []
        farthest = ask.at - FARTHEST_BACK
        self.left = [row for row in map(_left_out, rows) if row.ends_at > farthest]
        kept = ask.before.get(LONGEST)
        self.longest = timedelta(seconds=float(kept)) if isinstance(kept, int | float) else None
        self.faults: list[Fault] = []

    def note(self) -> dict[str, object]:
        """Return what the next asking must know."""
        note: dict[str, object] = {}
        if self.left:
            note[NOTE] = [_kept(row) for row in self.left]
        if self.longest is not None:
            note[LONGEST] = round(self.longest.total_seconds())
        return note

    def front(self) -> Window:
        """
        Return the newest stretch: as far back as the channels that speak are known.

        A channel that is silent for longer, or was never heard, does not hold the others back:
        what it lacks is asked for when it speaks again.
        """
        at, every = self.ask.at, self.ask.every.values()
        since = at - max(FRONT, 3 * max(every, default=FRONT / 3))
        live = [heard for heard in self._heard().values() if heard >= since]
        begins_at = min(live, default=since)
        if self.longest is not None:
            begins_at = max(begins_at, at - self.longest)
        return Window(begins_at=begins_at, ends_at=at, channels=frozenset(self.ask.channels))

    def answered(self, window: Window, samples: Iterable[Sample]) -> None:
        """Take what the newest stretch brought: what lies between known readings is left out."""
        heard = self._heard()
        for channel, times in self._times(window, samples).items():
            known = heard.get(channel, self.ask.at - FRONT)
            new = sorted(time for time in times if time > known)
            for begins_at, ends_at in _holes([known, *new], self._silent(channel)):
                self._add(channel, begins_at, ends_at, 0, self.ask.at)

    def due(self, *, reaches_all: bool) -> Iterator[tuple[LeftOut, Window]]:
        """
        Yield what was left out and may be asked for, the oldest first, as windows.

        reaches_all: the source answers for all channels, whichever it is asked for.
        """
        for row in sorted(self.left, key=lambda row: (row.begins_at, row.channels)):
            if row.next_at > self.ask.at:
                continue
            asked = self.ask.channels if reaches_all else row.channels
            longest = min(_length(self.ask, asked), self.longest or FARTHEST_BACK)
            ends_at = min(row.begins_at + longest, row.ends_at)
            channels = frozenset(row.channels)
            yield row, Window(begins_at=row.begins_at, ends_at=ends_at, channels=channels)

    def filled(self, row: LeftOut, window: Window, samples: Iterable[Sample]) -> None:
        """Take what came for a part of what was left out; the rest is asked for again, or stays."""
        self.left.remove(row)
        if window.ends_at < row.ends_at:
            self.left.append(replace(row, begins_at=window.ends_at))
        times = self._times(window, samples)
        for channel in row.channels:
            known = [window.begins_at, *sorted(times.get(channel, ())), window.ends_at]
            for begins_at, ends_at in _holes(known, self._silent(channel)):
                self._again(channel, begins_at, ends_at, row.tries + 1)
        if self.longest is not None:
            self.longest = min(self.longest * 1.5, FARTHEST_BACK)

    def too_much(self, window: Window, words: str) -> bool:
        """Ask for half as much from now on; say whether that is possible."""
        length = window.ends_at - window.begins_at
        if length <= SHORTEST:
            return False
        self.faults.append(Fault(_span(window.begins_at, window.ends_at), words))
        self.longest = max(length / 2, SHORTEST)
        return True

    def failed(self, row: LeftOut, words: str) -> None:
        """Take that it was asked for in vain."""
        self.left.remove(row)
        self.faults.append(Fault(_span(row.begins_at, row.ends_at), words))
        for channel in row.channels:
            self._again(channel, row.begins_at, row.ends_at, row.tries + 1)

    def outside(self, window: Window, samples: Sequence[Sample]) -> None:
        """Tell of readings that were not asked for; they count for nothing that is missing."""
        least = min(self.ask.every.values(), default=SHORTEST)
        slack = silent_after(least)
        others = sum(
            not window.begins_at - slack <= sample.at <= window.ends_at + slack
            for sample in samples
            if sample.at.tzinfo is not None
        )
        if others:
            words = f"{others} readings are of another time than it was asked for."
            self.faults.append(Fault(_span(window.begins_at, window.ends_at), words))

    def _heard(self) -> dict[str, datetime]:
        farthest = self.ask.at - FARTHEST_BACK
        found = self.ask.newest.items()
        return {channel: max(min(time, self.ask.at), farthest) for channel, time in found}

    def _silent(self, channel: str) -> timedelta:
        return silent_after(self.ask.every.get(channel, SHORTEST))

    def _times(self, window: Window, samples: Iterable[Sample]) -> Mapping[str, list[datetime]]:
        found: dict[str, list[datetime]] = {}
        for name, time, *_ in samples:
            if time.tzinfo is not None and window.begins_at <= time <= window.ends_at:
                found.setdefault(name, []).append(time)
        return {name: times for name, times in found.items() if name in self.ask.channels}

    def _again(self, channel: str, begins_at: datetime, ends_at: datetime, tries: int) -> None:
        if tries >= MOST_TRIES:
            words = f"Nothing came for channel “{channel}”, asked {tries} times: it stays a gap."
            self.faults.append(Fault(_span(begins_at, ends_at), words))
            return
        wait = min(FIRST_WAIT * 4 ** (tries - 1), LONGEST_WAIT)
        self._add(channel, begins_at, ends_at, tries, self.ask.at + wait)

    def _add(
        self, channel: str, begins_at: datetime, ends_at: datetime, tries: int, next_at: datetime
    ) -> None:
        row = LeftOut(
            begins_at=begins_at, ends_at=ends_at, channels=(channel,), tries=tries, next_at=next_at
        )
        self.left.append(row)

    def join(self) -> None:
        """Ask once for what several channels lack in one minute and the next; keep so many only."""
        joined: dict[tuple[int, int, int, datetime], LeftOut] = {}
        for row in sorted(self.left, key=lambda row: row.begins_at):
            key = (_minute(row.begins_at), _minute(row.ends_at), row.tries, row.next_at)
            same = joined.get(key)
            joined[key] = row if same is None else _together(same, row)
        rows = sorted(joined.values(), key=lambda row: row.begins_at)
        self.left = rows[-MOST_KEPT:]
        for row in rows[:-MOST_KEPT]:
            words = f"Too much is missing to ask for channels {', '.join(row.channels)} again."
            self.faults.append(Fault(_span(row.begins_at, row.ends_at), words))


def _holes(times: Sequence[datetime], silent: timedelta) -> list[tuple[datetime, datetime]]:
    """Return the stretches between two of `times`, in order, that are longer than `silent`."""
    return [(before, after) for before, after in pairwise(times) if after - before > silent]


def _length(ask: Ask, channels: Collection[str]) -> timedelta:
    """Return how long a stretch is that brings as many readings as are asked for at once."""
    each_second = sum(
        1 / max(ask.every.get(channel, SHORTEST).total_seconds(), 1) for channel in channels
    )
    return max(timedelta(seconds=MOST_EXPECTED / max(each_second, 1e-6)), SHORTEST)


def _minute(time: datetime) -> int:
    return int(time.timestamp() // 60)


def _together(one: LeftOut, other: LeftOut) -> LeftOut:
    return replace(
        one,
        begins_at=min(one.begins_at, other.begins_at),
        ends_at=max(one.ends_at, other.ends_at),
        channels=tuple(sorted({*one.channels, *other.channels})),
    )


def _kept(row: LeftOut) -> list[object]:
    times = (row.begins_at, row.ends_at, row.next_at)
    return [*(time.timestamp() for time in times), row.tries, list(row.channels)]


def _left_out(kept: Sequence[object]) -> LeftOut:
    begins_at, ends_at, next_at, tries, channels = kept
    return LeftOut(
        begins_at=_time(begins_at),
        ends_at=_time(ends_at),
        next_at=_time(next_at),
        tries=int(str(tries)),
        channels=tuple(map(str, channels)) if isinstance(channels, list) else (),
    )


def _time(seconds: object) -> datetime:
    return datetime.fromtimestamp(float(str(seconds)), tz=UTC)


def _span(begins_at: datetime, ends_at: datetime) -> str:
    return f"{begins_at:%Y-%m-%d %H:%M:%S} to {ends_at:%Y-%m-%d %H:%M:%S} UTC"
