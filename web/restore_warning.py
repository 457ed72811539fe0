"""The banner over every page while nothing may be written, because the database was restored."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.urls import reverse

from audit.seals.standing import WORDS, Level, level_now
from web.gates import AUDIT_READERS


@dataclass(frozen=True, kw_only=True)
class RestoreWarning:
    """What the banner says; `url` leads to the page, empty for who may not open it."""

    title: str
    words: str
    url: str


def restore_warning(roles: Callable[[], Collection[str]]) -> RestoreWarning | None:
    """
    Return the warning; the anchor is asked once in a few seconds.

    roles: those of the person, asked for only when there is something to say.
    Source: URS-83.
    """
    level = level_now()
    if level == Level.WHOLE:
        return None
    may_open = not AUDIT_READERS.isdisjoint(roles())
    return RestoreWarning(
        title="Read only.",
        words=WORDS[level],
        url=reverse("audit:restore") if may_open else "",
    )
