"""Excursions and gaps out of raw readings; pure, versioned, the same answer at any time."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from temperature.models import ExcursionRule, GapCause, Level, Side
from temperature.rules.bands import Band
from temperature.rules.filling import FillRules

METHOD = "intervals-5"
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
    a level, how the tank is filled; None where nothing follows from it. fitted_at: since when the
    probe has sat in that place, whatever the limits.
    """

    limits_id: int | None = None
    bands: Sequence[Band] = ()
    dead_band: float = 0.0
    mapped_offset: float | None = None
    most_apart: float = MOST_APART
    fills: FillRules | None = None
    fitted_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Beyond:
    """
    A time beyond a limit, longer than its delay, or in which a level does not follow its fills.

    limits_id, limit: by which it was found; later ones may have come into force while it went on.
    seconds: how long readings stood beyond the limit in force then; silence does not count. rule:
    what it broke.
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
