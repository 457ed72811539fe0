"""Excursions out of raw readings, also across a change of limits; pure, the same at any time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from temperature.models import Level, Side
from temperature.rules.bands import Band
from temperature.rules.intervals import Beyond, Point, Stretch
from temperature.rules.parts import only_limits_differ

Key = tuple[Level, Side]
Heard = tuple[datetime, float]


def beyond_limits(
    parts: Iterable[tuple[Stretch, Sequence[Point]]],
    *,
    silent: timedelta,
    until: datetime,
    is_contact: bool = False,
) -> list[Beyond]:
    """
    Return the excursions of one probe.

    parts: where it sat under which limits, each with its readings, in the order of time; silent:
    `silent_after`; until: the instant at which this is asked. Nothing is interpolated: a run beyond
    a limit ends with a reading back inside, not with silence, and silence does not add to its
    seconds. Where other limits come into force while it sits, a run goes on: its begin, its peak,
    its seconds by the limits of then, and the delay it has served. It ends then where they say that
    it is not outside. What they find is as old as they are, and has served its delay for as long as
    readings say; is_contact: but a door is open since it was opened, whatever the limits.
    Source: REQUIREMENTS B4, C4; URS-104, URS-105.
    """
    runs = _Runs(silent, is_contact=is_contact)
    for stretch, points in parts:
        usable = [(at, value) for at, value in points if value is not None]
        if stretch.begins_at > until and not usable:
            break
        runs.enter(stretch)
        for at, value in usable:
            runs.add(at, value)
    return runs.close(until)


@dataclass
class _Run:
    """
    A time beyond one band.

    served_since: from when on its delay counts. seconds: without those since the last reading.
    before: of those, the seconds under limits that are over. found_by: the version that it was an
    excursion by, and its limit; None where it has not lasted for its delay yet.
    """

    began_at: datetime
    served_since: datetime
    peak: float
    peak_at: datetime
    seconds: float = 0.0
    before: float = 0.0
    found_by: tuple[int, float] | None = None


class _Runs:
    """The times beyond each band, and the stretch that readings fall in."""

    def __init__(self, silent: timedelta, *, is_contact: bool) -> None:
        self.silent, self.is_contact = silent, is_contact
        self.stretch: Stretch | None = None
        self.bands: dict[Key, Band] = {}
        self.open: dict[Key, _Run] = {}
        self.served: dict[Key, datetime] = {}
        self.heard: list[Heard] = []
        self.found: list[Beyond] = []
        self.lowest, self.highest = float("-inf"), float("inf")

    def enter(self, stretch: Stretch) -> None:
        """Go on to the next stretch; what is open goes on where only the limits change."""
        bands = {(band.level, band.side): band for band in stretch.bands}
        if self.stretch is not None and only_limits_differ(self.stretch, stretch):
            self._turn(self.stretch, stretch, bands)
            self.stretch, self.bands = stretch, bands
            self._look_back(stretch)
        else:
            if self.stretch is not None:
                self._end_all(self.stretch.ends_at)
            self.heard, self.served = [], {}
            self.stretch, self.bands = stretch, bands
        above = [band.limit for band in bands.values() if band.side == Side.ABOVE]
        below = [band.limit for band in bands.values() if band.side == Side.BELOW]
        self.highest = min(above, default=float("inf"))
        self.lowest = max(below, default=float("-inf"))

    def add(self, at: datetime, value: float) -> None:
        """Take the next usable reading; nearly all are inside every band."""
        if self.open or not self.lowest <= value <= self.highest:
            for key, band in self.bands.items():
                self._of(key, band, at, value)
        if self.served:
            self.served = {}
        self.heard.append((at, value))

    def close(self, until: datetime) -> list[Beyond]:
        """Return what was found; what is still open ends with the stretch, or goes on."""
        if self.stretch is not None:
            self._end_all(self.stretch.ends_at if self.stretch.is_over(until) else None)
        return sorted(self.found, key=lambda found: found.began_at)

    def _of(self, key: Key, band: Band, at: datetime, value: float) -> None:
        run = self.open.get(key)
        if run is None:
            if band.is_beyond(value):
                self.open[key] = _Run(at, self.served.get(key, at), value, at)
            return
        self._spend(run, band, at)
        if self.stretch is not None and band.is_back(value, self.stretch.dead_band):
            self._end(key, at)
        elif _is_worse(band, value, run.peak):
            run.peak, run.peak_at = value, at

    def _spend(self, run: _Run, band: Band, at: datetime) -> None:
        """Add for how long the reading before this one stood beyond the limits of then."""
        since, _ = self.heard[-1]
        if at - since <= self.silent:
            run.seconds += run.before + self._held(band, at)
        run.before = 0.0

    def _held(self, band: Band, at: datetime) -> float:
        """Return how long, up to `at`, the last reading stood beyond a limit in this stretch."""
        since, value = self.heard[-1]
        begins = since if self.stretch is None else max(since, self.stretch.begins_at)
        return (at - begins).total_seconds() if band.is_beyond(value) else 0.0

    def _turn(self, before: Stretch, after: Stretch, bands: dict[Key, Band]) -> None:
        """Bring what is open into new limits, or end it where they say that it is inside."""
        for key, run in list(self.open.items()):
            old, new = self.bands[key], bands.get(key)
            since, value = self.heard[-1]
            run.before += self._held(old, after.begins_at)
            if run.found_by is None:
                run.found_by = _found_by(before, old, since - run.served_since)
            if new is None or new.is_back(value, after.dead_band):
                if after.begins_at - since <= self.silent:
                    run.seconds += run.before
                self._end(key, after.begins_at)

    def _look_back(self, stretch: Stretch) -> None:
        """See since when readings were beyond what only the new limits call outside."""
        self.served = {}
        for key, band in self.bands.items():
            spell = [] if key in self.open else self._beyond_until_now(band, stretch.dead_band)
            if spell and self.is_contact:
                self.open[key] = self._opened(spell, stretch.begins_at)
            elif spell:
                self.served[key] = spell[0][0]

    def _beyond_until_now(self, band: Band, dead_band: float) -> Sequence[Heard]:
        """Return the readings since which it has been beyond a band; none where it is inside."""
        first: int | None = None
        for number, (_, value) in enumerate(self.heard):
            if first is None:
                first = number if band.is_beyond(value) else None
            elif band.is_back(value, dead_band):
                first = None
        return [] if first is None else self.heard[first:]

    def _opened(self, spell: Sequence[Heard], turn: datetime) -> _Run:
        """Return a door that stood open before there were limits of it."""
        (began_at, value), *later = spell
        run, last = _Run(began_at, began_at, value, began_at), began_at
        for at, _ in later:
            run.seconds += (at - last).total_seconds() if at - last <= self.silent else 0.0
            last = at
        run.before = (turn - last).total_seconds()
        return run

    def _end_all(self, at: datetime | None) -> None:
        for key in list(self.open):
            self._end(key, at)

    def _end(self, key: Key, at: datetime | None) -> None:
        """Keep a run that lasted for its delay; `at` is absent where it goes on."""
        run, band, stretch = self.open.pop(key), self.bands[key], self.stretch
        last = at or self.heard[-1][0]
        is_nothing = at is not None and at <= run.began_at
        if stretch is None or is_nothing:
            return
        found_by = run.found_by or _found_by(stretch, band, last - run.served_since)
        if found_by is None:
            return
        limits_id, limit = found_by
        self.found.append(
            Beyond(
                unit_id=stretch.unit_id,
                limits_id=limits_id,
                level=band.level,
                side=band.side,
                limit=limit,
                began_at=run.began_at,
                ended_at=at,
                peak=run.peak,
                peak_at=run.peak_at,
                seconds=run.seconds,
            )
        )


def _found_by(stretch: Stretch, band: Band, lasted: timedelta) -> tuple[int, float] | None:
    """Return by which version and limit something is an excursion that lasted so long."""
    if stretch.limits_id is None or lasted < band.delay:
        return None
    return stretch.limits_id, band.limit


def _is_worse(band: Band, value: float, than: float) -> bool:
    return value > than if band.side == Side.ABOVE else value < than
