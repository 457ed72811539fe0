"""How the clocks stand now, as this process knows it; the database is asked every few seconds."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from audit.clocks.judging import STALE_AFTER, ClockLevel, judge_clock
from audit.clocks.measuring import database_ahead
from audit.models import ClockMeasurement

REMEMBERED_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class ClockState:
    """
    How the clocks stand.

    worst_seconds: the largest known offset among the web server's, the worker's and the
    database's clock, with its sign; ahead is positive. None when no source answered.
    measured_at: of the newest comparison with the sources.
    """

    level: ClockLevel
    worst_seconds: float | None
    database_seconds: float
    measured_at: datetime | None
    sources: Sequence[dict[str, object]] = field(default_factory=tuple)
    has_sources: bool = False


@dataclass
class Memory:
    """What this process last worked out, and until when by its own uptime it holds."""

    until: float = 0.0
    state: ClockState | None = None


memory = Memory()


def clock_state(now: datetime) -> ClockState:
    """
    Say how the clocks stand; worked out anew every few seconds.

    now: by this process's clock, which is one of those judged.
    """
    if memory.state is None or time.monotonic() >= memory.until:
        memory.state = read_clock_state(now)
        memory.until = time.monotonic() + REMEMBERED_SECONDS
    return memory.state


def read_clock_state(now: datetime) -> ClockState:
    """
    Work out how the clocks stand, from the newest measurement and this process's own clock.

    Source: URS-72.
    """
    newest = ClockMeasurement.objects.order_by("-id").first()
    behind_database = database_ahead()
    known = newest if newest is not None and now - newest.measured_at <= STALE_AFTER else None
    if known is None or known.offset_seconds is None:
        apart = [behind_database, None if known is None else known.database_seconds]
        offsets: list[float | None] = [*(each for each in apart if each is not None), None]
        worst, spread = None, 0.0
    else:
        database = known.offset_seconds + known.database_seconds
        offsets = [known.offset_seconds, database, database - behind_database]
        worst = max((each for each in offsets if each is not None), key=abs)
        spread = known.spread_seconds
    return ClockState(
        level=judge_clock(offsets=offsets, spread=spread),
        worst_seconds=worst,
        database_seconds=behind_database,
        measured_at=None if newest is None else newest.measured_at,
        sources=() if newest is None else newest.sources,
        has_sources=bool(newest is not None and newest.sources),
    )
