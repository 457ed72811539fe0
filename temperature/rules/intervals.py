"""Excursions and gaps out of raw readings; pure, versioned, the same answer at any time."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from temperature.models import ExcursionRule, GapCause, Level, Side
from temperature.rules.bands import Band
from temperature.rules.filling import FillRules

METHOD = "intervals-4"
SILENT_INTERVALS = 3
MOST_APART = 10.0
"""By how many °C two probes may leave their mapped difference. Source: REQUIREMENTS B4."""
SILENT_AT_MOST = timedelta(minutes=15)


class Point(NamedTuple):
    """One reading: by the device's clock; None where it carries no value that may be used."""

    at: datetime
    value: float | None


@dataclass(frozen=True)
class Sitting:
    """
    A time in which a probe sat in one unit; `ends_at` is absent where it goes on.

    is_read_late: the unit travels, and its logger is read where it arrives.
    """

    unit_id: int
    begins_at: datetime
    ends_at: datetime | None
    is_read_late: bool = field(default=False, kw_only=True)

    def is_over(self, at: datetime) -> bool:
        """Say whether it has ended by then."""
        return self.ends_at is not None and self.ends_at <= at


@dataclass(frozen=True)
class Stretch(Sitting):
    """
    A time in one place of a unit under one version of limits; without limits_id none were in force.

    mapped_offset: how much warmer than its coldest place this one is, in °C; None where the probe
    is not compared with others. most_apart: by how much two may leave what was mapped. fills: of
    a level, how the tank is filled; None where nothing follows from it.
    """

    limits_id: int | None = None
    bands: Sequence[Band] = ()
    dead_band: float = 0.0
    mapped_offset: float | None = None
    most_apart: float = MOST_APART
    fills: FillRules | None = None


@dataclass(frozen=True, kw_only=True)
class Beyond:
    """
    A time beyond a limit, longer than its delay, or in which a level does not follow its fills.

    seconds: how long readings stood beyond the limit; silence does not count. rule: what it broke.
    """

    unit_id: int
    limits_id: int
    level: Level
    side: Side
    limit: float
    began_at: datetime
    ended_at: datetime | None
    peak: float
    peak_at: datetime
    seconds: float
    rule: ExcursionRule = ExcursionRule.LIMIT


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A time without evidence."""

    unit_id: int
    cause: GapCause
    began_at: datetime
    ended_at: datetime | None


def silent_after(expected_every: timedelta) -> timedelta:
    """
    Return how long a probe may say nothing before that is an alarm.

    Three of its intervals and at most 15 minutes, but never less than one and a half of them: a
    source that is read every ten minutes is not silent after eleven. Source: URS-108.
    """
    return min(expected_every * SILENT_INTERVALS, max(SILENT_AT_MOST, expected_every * 1.5))


def heard_until(
    sitting: Sitting, points: Sequence[Point], *, is_lost: bool, at: datetime
) -> datetime:
    """
    Return up to when silence in a sitting counts as a time without evidence.

    Of what is read late, up to the newest reading: what is still in the logger may come. Nothing
    comes any more where it is lost. points: all from the sitting on, in the order of time.
    Source: REQUIREMENTS B10; URS-108, URS-112.
    """
    if not sitting.is_read_late or is_lost:
        return at
    return min(at, max(sitting.begins_at, points[-1].at if points else sitting.begins_at))


def beyond_limits(
    points: Iterable[Point], stretch: Stretch, *, silent: timedelta, until: datetime
) -> list[Beyond]:
    """
    Return the excursions of one probe in one stretch.

    points: those of the stretch, in the order of time; silent: `silent_after`; until: the instant
    at which this is asked. Nothing is interpolated: a run beyond a limit ends with a reading back
    inside, not with silence, and silence does not add to its seconds.
    Source: REQUIREMENTS B4, C4; URS-105.
    """
    runs = _Runs(stretch, silent)
    for at, value in points:
        if value is not None:
            runs.add(at, value)
    return runs.close(stretch.ends_at if stretch.is_over(until) else None)


def without_evidence(
    points: Iterable[Point],
    sitting: Sitting,
    *,
    silent: timedelta,
    until: datetime,
    broken: Collection[datetime] = (),
) -> list[Missing]:
    """
    Return the times in which one probe gave no evidence while it sat in a unit.

    They do not end where other limits come into force. points: those of the sitting, in the order
    of time; until: the instant at which this is asked, and silence up to then counts; broken: when
    the source said that the sensor is broken, which waits for nothing.
    Source: REQUIREMENTS B4, B7; URS-108, URS-112.
    """
    watch = _Watch(sitting, silent)
    for at, value in points:
        if value is None:
            watch.heard_nothing_usable(is_broken=at in broken)
        else:
            watch.hear(at)
    if sitting.ends_at is None or sitting.ends_at > until:
        return watch.go_on(until)
    return watch.end(sitting.ends_at)


@dataclass
class _Run:
    began_at: datetime
    peak: float
    peak_at: datetime
    seconds: float = 0.0


class _Runs:
    """The times beyond each band."""

    def __init__(self, stretch: Stretch, silent: timedelta) -> None:
        self.stretch, self.silent = stretch, silent
        self.open: dict[Band, _Run] = {}
        self.found: list[Beyond] = []
        self.last: tuple[datetime, float] | None = None
        above = [band.limit for band in stretch.bands if band.side == Side.ABOVE]
        below = [band.limit for band in stretch.bands if band.side == Side.BELOW]
        self.highest = min(above, default=float("inf"))
        self.lowest = max(below, default=float("-inf"))

    def add(self, at: datetime, value: float) -> None:
        """Take the next usable reading; nearly all are inside every band."""
        if self.open or not self.lowest <= value <= self.highest:
            for band in self.stretch.bands:
                self._of(band, at, value)
        self.last = (at, value)

    def _of(self, band: Band, at: datetime, value: float) -> None:
        run = self.open.get(band)
        if run is None:
            if band.is_beyond(value):
                self.open[band] = _Run(at, value, at)
            return
        run.seconds += self._seconds_before(band, at)
        if band.is_back(value, self.stretch.dead_band):
            self._end(band, at)
        elif _is_worse(band, value, run.peak):
            run.peak, run.peak_at = value, at

    def _seconds_before(self, band: Band, at: datetime) -> float:
        """Return how long the reading before this one stood beyond the limit."""
        if self.last is None:
            return 0.0
        since, value = self.last
        held = at - since
        return held.total_seconds() if held <= self.silent and band.is_beyond(value) else 0.0

    def _end(self, band: Band, at: datetime | None) -> None:
        run = self.open.pop(band)
        last = at or (self.last[0] if self.last else run.began_at)
        is_nothing = at is not None and at <= run.began_at
        is_short = last - run.began_at < band.delay
        if is_nothing or is_short or self.stretch.limits_id is None:
            return
        self.found.append(
            Beyond(
                unit_id=self.stretch.unit_id,
                limits_id=self.stretch.limits_id,
                level=band.level,
                side=band.side,
                limit=band.limit,
                began_at=run.began_at,
                ended_at=at,
                peak=run.peak,
                peak_at=run.peak_at,
                seconds=run.seconds,
            )
        )

    def close(self, end: datetime | None) -> list[Beyond]:
        """Return what was found; what is still open ends with the stretch, or goes on."""
        for band in list(self.open):
            self._end(band, end)
        return sorted(self.found, key=lambda found: found.began_at)


def _is_worse(band: Band, value: float, than: float) -> bool:
    return value > than if band.side == Side.ABOVE else value < than


class _Watch:
    """The times without evidence: silence, and values that are none."""

    def __init__(self, sitting: Sitting, silent: timedelta) -> None:
        self.sitting, self.silent = sitting, silent
        self.last = sitting.begins_at
        self.is_noise = self.is_broken = False
        self.found: list[Missing] = []

    def heard_nothing_usable(self, *, is_broken: bool) -> None:
        """Take a reading that carries no value."""
        self.is_noise = True
        self.is_broken = self.is_broken or is_broken

    def hear(self, at: datetime) -> None:
        """Take the next usable reading."""
        if self._is_missing(at):
            self._miss(self._cause(), self.last, at)
        self.last, self.is_noise, self.is_broken = at, False, False

    def _is_missing(self, at: datetime) -> bool:
        """Say whether nothing counted for too long, or nothing can: the sensor is broken."""
        return at - self.last > self.silent or (self.is_broken and at > self.last)

    def _cause(self) -> GapCause:
        return GapCause.UNUSABLE if self.is_noise else GapCause.SILENT

    def _miss(self, cause: GapCause, began_at: datetime, ended_at: datetime | None) -> None:
        self.found.append(
            Missing(unit_id=self.sitting.unit_id, cause=cause, began_at=began_at, ended_at=ended_at)
        )

    def go_on(self, until: datetime) -> list[Missing]:
        """Return what was found; what is still missing goes on."""
        return self._close(until, None)

    def end(self, at: datetime) -> list[Missing]:
        """Return what was found; what is still missing ends with the sitting."""
        return self._close(at, at)

    def _close(self, until: datetime, ended_at: datetime | None) -> list[Missing]:
        if self._is_missing(until):
            self._miss(self._cause(), self.last, ended_at)
        return sorted(self.found, key=lambda found: found.began_at)
