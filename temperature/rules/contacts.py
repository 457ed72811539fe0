"""Contacts: what chatters is settled, and in which spells one stood at 1; pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from temperature.rules.intervals import Point, Sitting

METHOD = "spells-1"
SETTLES = timedelta(seconds=5)
"""A contact that comes back to 1 sooner only chattered: the door was not shut meanwhile."""


@dataclass(frozen=True, kw_only=True)
class Spell:
    """
    One unbroken time in which a contact stood at 1: a door open, mains failed.

    ended_at: the first reading back at 0; absent while it goes on. seconds: for how long readings
    stood at 1; silence does not count. times: how often it came to 1 in it, 1 unless it chattered.
    """

    unit_id: int
    began_at: datetime
    ended_at: datetime | None
    seconds: float
    times: int


def settled(points: Iterable[Point], *, silent: timedelta, until: datetime) -> Iterator[Point]:
    """
    Yield the readings that a contact is judged by.

    A time at 0 that is shorter than `SETTLES`, also one that may still turn out so, is left out.
    The last reading stands until `until`, but not for longer than silence is normal: a door that
    was left open is found by the clock, whether or not the contact repeats itself.
    points: in the order of time; silent: `silent_after`.
    """
    usable = [point for point in points if point.value is not None]
    held: list[Point] = []
    is_on = False
    for point in usable:
        if held and point.at - held[0].at >= SETTLES:
            yield from held
            held, is_on = [], False
        if is_on and not point.value:
            held.append(point)
        else:
            held, is_on = [], bool(point.value)
            yield point
    if held and until - held[0].at >= SETTLES:
        yield from held
    if usable and usable[-1].value and usable[-1].at < until:
        yield Point(min(until, usable[-1].at + silent), usable[-1].value)


def how_long(length: timedelta) -> str:
    """Say how long something lasts in words for a room: `40 s`, `3 min`, `2 h 5 min`, `3 d 4 h`."""
    minutes, seconds = divmod(max(0, int(length.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


def spells(
    points: Iterable[Point], sitting: Sitting, *, silent: timedelta, until: datetime
) -> list[Spell]:
    """
    Return the spells of one contact while it sat in a unit, chatter joined.

    points: those of the sitting, in the order of time. Nothing is interpolated: a spell ends with
    a reading at 0 or with the sitting, not with silence, and silence adds nothing to its seconds.
    Source: REQUIREMENTS B3, C4; URS-105, URS-111.
    """
    run = _Spells(sitting, silent)
    for at, value in points:
        if value is not None:
            run.add(at, is_on=bool(value))
    return run.close(until)


class _Spells:
    """The spells so far, and the one that may go on."""

    def __init__(self, sitting: Sitting, silent: timedelta) -> None:
        self.sitting, self.silent = sitting, silent
        self.found: list[Spell] = []
        self.began_at: datetime | None = None
        self.back_at: datetime | None = None
        self.last_on: datetime | None = None
        self.seconds, self.times = 0.0, 0

    def add(self, at: datetime, *, is_on: bool) -> None:
        """Take the next usable reading."""
        if self.last_on is not None and at - self.last_on <= self.silent:
            self.seconds += (at - self.last_on).total_seconds()
        if is_on:
            self._on(at)
        elif self.began_at is not None:
            self.back_at = self.back_at or at
        self.last_on = at if is_on else None

    def _on(self, at: datetime) -> None:
        if self.back_at is not None and at - self.back_at >= SETTLES:
            self._end(self.back_at)
        if self.began_at is None:
            self.began_at, self.seconds, self.times = at, 0.0, 1
        elif self.back_at is not None:
            self.times += 1
        self.back_at = None

    def _end(self, ended_at: datetime | None) -> None:
        if self.began_at is None:
            return
        self.found.append(
            Spell(
                unit_id=self.sitting.unit_id,
                began_at=self.began_at,
                ended_at=ended_at,
                seconds=self.seconds,
                times=self.times,
            )
        )
        self.began_at = self.back_at = None

    def close(self, until: datetime) -> list[Spell]:
        """Return what was found; the last one ends with the sitting, or goes on."""
        is_back = self.back_at is not None and until - self.back_at >= SETTLES
        ends_at = self.sitting.ends_at if self.sitting.is_over(until) else None
        if self.back_at is not None and (is_back or ends_at is not None):
            ends_at = self.back_at
        self._end(ends_at)
        return self.found
