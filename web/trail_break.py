"""The banner over every page while a check of the trail found a break that is still open."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.urls import reverse

from audit.queries.checks import open_break
from web.gates import AUDIT_READERS

REMEMBERED_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class TrailBreak:
    """The check that found the break; `url` leads to it, empty for who may not open it."""

    check_id: int
    url: str


@dataclass
class Memory:
    """What this process last read, so that a page asks nobody: until when it holds, and what."""

    until: float = 0.0
    check_id: int | None = None


memory = Memory()


def trail_break(roles: Callable[[], Collection[str]]) -> TrailBreak | None:
    """
    Return the open break; the database is asked once in half a minute.

    roles: those of the person, asked for only when there is a break.
    """
    now = time.monotonic()
    if now >= memory.until:
        memory.check_id = open_break()
        memory.until = now + REMEMBERED_SECONDS
    if memory.check_id is None:
        return None
    may_open = not AUDIT_READERS.isdisjoint(roles())
    url = reverse("audit:check", args=[memory.check_id]) if may_open else ""
    return TrailBreak(check_id=memory.check_id, url=url)
