"""What a probe truly measured: its reading and the correction of the calibration then; pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from temperature.rules.intervals import Point

DECIMALS = 4
"""Readings and certificates have fewer; sums of floats would miss a limit by nothing else."""

Step = tuple[datetime, float]
"""From when on what is added, in the unit of the probe."""


def truly(value: float, correction: float) -> float:
    """Return what was measured where a probe reads `value`."""
    return round(value + correction, DECIMALS) if correction else value


def correction_at(steps: Sequence[Step], at: datetime) -> float:
    """Return what is added at an instant; nothing before the first calibration."""
    return next((added for since, added in reversed(steps) if since <= at), 0.0)


def corrected(points: Iterable[Point], steps: Sequence[Step]) -> Iterator[Point]:
    """
    Yield what was measured: the calibration counts from when it was made until the next one.

    points, steps: in the order of time. One past due corrects as well: no better is known, and
    that it no longer counts is said beside it. Source: 21 CFR 211.160(b)(4); URS-30, URS-111.
    """
    waiting = iter(steps)
    coming, added = next(waiting, None), 0.0
    for at, value in points:
        while coming is not None and coming[0] <= at:
            added, coming = coming[1], next(waiting, None)
        yield Point(at, None if value is None else truly(value, added))
