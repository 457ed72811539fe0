"""Readings by the times in which a probe sat somewhere, or in which limits were in force; pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from temperature.rules.intervals import Point, Sitting, Stretch

Part = TypeVar("Part", bound=Sitting)


def only_limits_differ(before: Stretch, after: Stretch) -> bool:
    """Say whether a probe went on sitting where it sat when one stretch followed another."""
    place = (before.unit_id, before.ends_at, before.fitted_at)
    return place == (after.unit_id, after.begins_at, after.fitted_at)


def sittings(stretches: Iterable[Stretch]) -> list[Sitting]:
    """Return stretches joined where only the limits changed between them."""
    joined: list[Sitting] = []
    for part in stretches:
        before = joined[-1] if joined else None
        if before and (before.unit_id, before.ends_at) == (part.unit_id, part.begins_at):
            joined[-1] = replace(before, ends_at=part.ends_at)
        else:
            late = part.is_read_late
            joined.append(Sitting(part.unit_id, part.begins_at, part.ends_at, is_read_late=late))
    return joined


def filled_alike(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return stretches joined where other limits came, and the tank is filled as before."""
    joined: list[Stretch] = []
    for part in stretches:
        before = joined[-1] if joined else None
        if before is not None and only_limits_differ(before, part) and before.fills == part.fills:
            joined[-1] = replace(before, ends_at=part.ends_at)
        else:
            joined.append(part)
    return joined


def split(points: Iterable[Point], parts: Iterable[Part]) -> Iterator[tuple[Part, list[Point]]]:
    """Yield each part with its readings; what falls in none is left out. Both are in order."""
    waiting = iter(parts)
    part = next(waiting, None)
    own: list[Point] = []
    for point in points:
        while part is not None and part.ends_at is not None and point.at >= part.ends_at:
            yield part, own
            part, own = next(waiting, None), []
        if part is None:
            return
        if point.at >= part.begins_at:
            own.append(point)
    while part is not None:
        yield part, own
        part, own = next(waiting, None), []


def beginning_at(part: Part, at: datetime) -> Part:
    """Return a stretch or sitting as if it began no earlier than `at`."""
    return replace(part, begins_at=max(part.begins_at, at))
