"""Comparing this machine's clock with its sources and the database's, and keeping what came out."""

import socket
import time
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.db import connection

from audit.clocks.judging import STOPS_ABOVE_SECONDS, WARNS_ABOVE_SECONDS, agree
from audit.clocks.sources import ask_sources
from audit.models import ClockMeasurement
from audit.system_event_kinds import SystemEventKind
from audit.telling import tell

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def measure_clocks() -> ClockMeasurement:
    """
    Ask every time source and the database, and keep the answers; tell the trail of a step.

    Source: URS-46, URS-72.
    """
    host = socket.gethostname()
    readings = ask_sources(settings.CLOCK_SOURCES)
    together = agree([reading.ahead_seconds for reading in readings])
    before = ClockMeasurement.objects.filter(host=host).order_by("-id").first()
    measured = ClockMeasurement.objects.create(
        host=host,
        offset_seconds=together.nearest,
        spread_seconds=together.spread,
        database_seconds=database_ahead(),
        sources=[asdict(reading) for reading in readings],
        boot=_boot(),
        uptime_offset=time.time() - time.clock_gettime(time.CLOCK_BOOTTIME),
    )
    _tell_a_step(before, measured)
    return measured


def database_ahead() -> float:
    """Return how many seconds the database's clock is ahead of this machine's."""
    with connection.cursor() as cursor:
        began = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        (there,) = cursor.fetchone()
        ended = time.time()
    return float(there) - (began + ended) / 2


def _boot() -> str:
    return _BOOT.read_text().strip() if _BOOT.exists() else ""


def _tell_a_step(before: ClockMeasurement | None, now: ClockMeasurement) -> None:
    """Tell of a clock that jumped between two measurements within one start of the machine."""
    if before is None or before.boot != now.boot:
        return
    step = now.uptime_offset - before.uptime_offset
    if abs(step) <= WARNS_ABOVE_SECONDS:
        return
    tell(
        SystemEventKind.STEP_CLOCK,
        component="worker",
        words=f"The clock of {now.host} was set {abs(step):.1f} s {'on' if step > 0 else 'back'}",
        details={
            "seconds": round(step, 3),
            "after_measurement": before.pk,
            "measurement": now.pk,
            "stops_signing": abs(now.offset_seconds or 0) > STOPS_ABOVE_SECONDS,
        },
    )
