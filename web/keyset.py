"""Turning keyset pages into links: what the address says, and where the neighbours are."""

from typing import TypedDict, TypeVar
from urllib.parse import urlencode

from audit.pages import Page
from web.http import Request
from web.presenters import Pager

Row = TypeVar("Row")


class Cursor(TypedDict):
    """Where a page begins."""

    before: int | None
    after: int | None


def cursor(request: Request) -> Cursor:
    """Read where a page begins; nonsense in the address means the newest page."""
    return Cursor(before=key_in(request, "before"), after=key_in(request, "after"))


def key_in(request: Request, name: str) -> int | None:
    """Read a key from the address; None when there is none that makes sense."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def pager_of(page: Page[Row], url: str) -> Pager:
    """
    Give the links to the neighbouring pages.

    url: of the list, with its filters and without a cursor.
    """
    number = len(page.rows)
    return Pager(
        words=f"{number} shown, newest first",
        previous_url=_link(url, "after", page.newer),
        next_url=_link(url, "before", page.older),
    )


def _link(url: str, name: str, key: int | None) -> str:
    if key is None:
        return ""
    return f"{url}{'&' if '?' in url else '?'}{urlencode({name: key})}"
