"""The banners over every page while alarms call at a site of the person, or are silenced there."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from temperature.models import Alarm, AlarmPause
from temperature.queries.alarms import Standing, standing_now

REMEMBERED_SECONDS = 5.0


@dataclass
class Memory:
    """What this process last read, so that a page asks nobody: until when it holds, and what."""

    until: float = 0.0
    standing: Standing = field(default_factory=Standing)


@dataclass(frozen=True, kw_only=True)
class AlarmWarning:
    """What the banners say: the gravest alarm that calls, how many more, what is over or silent."""

    first: Alarm | None
    more: int
    over: int
    pauses: tuple[AlarmPause, ...]


memory = Memory()


def forget() -> None:
    """Read anew on the next page: somebody acknowledged or silenced an alarm here."""
    memory.until = 0.0


def alarms_over_pages(sites: Callable[[], Collection[int]], *, at: datetime) -> AlarmWarning | None:
    """
    Return what stands at these sites; the database is asked once in five seconds.

    sites: keys of those that the person sees, asked for only when there is something to say.
    Source: URS-107, URS-109.
    """
    now = time.monotonic()
    if now >= memory.until:
        memory.standing = standing_now(at=at)
        memory.until = now + REMEMBERED_SECONDS
    standing = memory.standing
    if not (standing.calling or standing.over or standing.pauses):
        return None
    seen = sites()
    calling = [row for row in standing.calling if row.unit.site_id in seen]
    return AlarmWarning(
        first=calling[0] if calling else None,
        more=len(calling) - 1,
        over=sum(row.unit.site_id in seen for row in standing.over),
        pauses=tuple(row for row in standing.pauses if row.unit.site_id in seen and row.until > at),
    )
