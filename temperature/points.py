"""Raw readings of a probe, as rules see them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from heapq import merge
from operator import itemgetter

from django.db.models import F, QuerySet

from temperature.models import UNUSABLE, Flag, Probe, Reading, SetAside
from temperature.rules.corrections import Step, corrected
from temperature.rules.intervals import Point

AT_ONCE = 10_000
DOUBTED, BROKEN = int(UNUSABLE), int(Flag.OPEN_CIRCUIT)
"""Plain numbers: there are hundreds of thousands of readings."""


def points_of(
    probe: Probe, since: datetime, steps: Sequence[Step] | None = None
) -> Iterator[Point]:
    """
    Yield what a probe measured from then on, by the device's clock.

    As read, with the correction of the calibration in force then; steps: of its corrections. One of
    a clock that is wrong says only that something came.
    """
    points = (_point(*row) for row in _rows(probe, since))
    return corrected(points, steps) if steps else points


def read_points(
    probe: Probe, since: datetime, steps: Sequence[Step] | None = None
) -> tuple[list[Point], set[datetime]]:
    """Return the same, and when the source said that the sensor is broken."""
    rows = list(_rows(probe, since))
    broken = {device_at for device_at, _, flags in rows if flags & BROKEN}
    points = (_point(*row) for row in rows)
    return list(corrected(points, steps) if steps else points), broken


def usable_readings(probe: Probe) -> QuerySet[Reading]:
    """Return the readings that carry a value without a doubt of its own."""
    rows = Reading.objects.filter(probe=probe)
    return rows.annotate(doubts=F("flags").bitand(DOUBTED)).filter(doubts=0)


def _point(device_at: datetime, value: float | None, flags: int) -> Point:
    return Point(device_at, None if flags & DOUBTED else value)


def _rows(probe: Probe, since: datetime) -> Iterator[tuple[datetime, float | None, int]]:
    rows = Reading.objects.filter(probe=probe, device_at__gte=since).order_by("device_at")
    columns = rows.values_list("device_at", "value", "flags").iterator(chunk_size=AT_ONCE)
    aside = SetAside.objects.filter(probe=probe, received_at__gte=since).order_by("received_at")
    heard = [(at, None, DOUBTED) for at in aside.values_list("received_at", flat=True)]
    return merge(columns, heard, key=itemgetter(0)) if heard else columns
