"""The banner over every page while emergency work lasts at a site of the person."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sop.queries.emergency_work import Lasting, lasting_now

REMEMBERED_SECONDS = 15.0


@dataclass
class Memory:
    """What this process last read, so that a page asks nobody: until when it holds, and what."""

    until: float = 0.0
    works: tuple[Lasting, ...] = ()


memory = Memory()


def forget() -> None:
    """Read anew on the next page: somebody began or ended emergency work here."""
    memory.until = 0.0


def emergency_work_at(sites: Callable[[], Collection[int]], *, at: datetime) -> tuple[Lasting, ...]:
    """
    Return the emergency work at these sites; the database is asked once in 15 seconds.

    sites: keys of those that the person sees, asked for only when there is something to say.
    """
    now = time.monotonic()
    if now >= memory.until:
        memory.works = tuple(lasting_now())
        memory.until = now + REMEMBERED_SECONDS
    lasting = [work for work in memory.works if work.ends_at > at]
    if not lasting:
        return ()
    seen = sites()
    return tuple(work for work in lasting if work.site_id in seen)
