"""Lists in pages that stay cheap at any length: newest first, cut by key, never counted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row")
Shown = TypeVar("Shown")
Record = TypeVar("Record", bound=Model)

SIZE = 50


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Row]):
    """
    One page, newest first.

    newer, older: the key behind which the neighbouring page begins; None where there is none.
    """

    rows: Sequence[Row]
    newer: int | None
    older: int | None

    def shown_as(self, show: Callable[[Row], Shown]) -> "Page[Shown]":
        """Return the same page with every row turned into what a screen shows."""
        return Page(rows=[show(row) for row in self.rows], newer=self.newer, older=self.older)


def newest_first(
    rows: QuerySet[Record],
    *,
    before: int | None = None,
    after: int | None = None,
    size: int = SIZE,
) -> Page[Record]:
    """
    Return one page of `rows` by descending key.

    before: show what is older than this key. after: show the oldest of what is newer.
    """
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: size + 1])
        shown = found[:size][::-1]
        return _page(shown, is_newer=len(found) > size, is_older=bool(shown))
    older = rows if before is None else rows.filter(pk__lt=before)
    found = list(older.order_by("-pk")[: size + 1])
    return _page(found[:size], is_newer=before is not None, is_older=len(found) > size)


def _page(rows: list[Record], *, is_newer: bool, is_older: bool) -> Page[Record]:
    return Page(
        rows=rows,
        newer=rows[0].pk if rows and is_newer else None,
        older=rows[-1].pk if rows and is_older else None,
    )
