"""What was refused, newest first: who tried what, on which device, and why it was not done."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Contains

from audit.models import RefusedAttempt
from audit.pages import SIZE, Page, newest_first
from audit.queries.changes import action_words

MOST_ROUNDS = 5
Shows = Callable[[Sequence["RefusedEntry"]], list["RefusedEntry"]]


@dataclass(frozen=True, kw_only=True)
class RefusedEntry:
    """
    One attempt that the system refused.

    subject: what it was about, as the action noted it.
    Source: 21 CFR 11.10(f), 11.300(d); URS-23, URS-29.
    """

    id: int
    refused_at: datetime
    action: str
    who: str
    user_id: str
    role: str
    device: str
    codes: Sequence[str]
    words: str
    subject: dict[str, object]


@dataclass(frozen=True, kw_only=True)
class RefusedFilter:
    """
    Which refused attempts; what is left out does not restrict.

    codes: refused for one of these reasons. actors: the keys of the people; typed: the user id as
    it was typed where no account matched. until: the first instant that is out.
    words: a part of the reason why. mentions: a part of what the attempt was about.
    """

    codes: Sequence[str] = ()
    actors: Collection[int] | None = None
    typed: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""
    role: str = ""
    device: str = ""
    mentions: str = ""


EVERY = RefusedFilter()


def refused_attempts(
    *,
    shows: Shows,
    matching: RefusedFilter = EVERY,
    before: int | None = None,
    after: int | None = None,
) -> Page[RefusedEntry]:
    """
    Return a page of refused attempts, newest first.

    shows: keeps those that the reader may see; asked once for each page of rows that is read.
    A page may be short when many of its rows are hidden; `older` then goes on behind them.
    """
    rows = RefusedAttempt.objects.filter(_condition(matching))
    page = newest_first(rows, before=before, after=after).shown_as(_entry)
    kept = shows(page.rows)
    older, rounds = page.older, 1
    while after is None and older is not None and len(kept) < SIZE // 2 and rounds < MOST_ROUNDS:
        page_behind = newest_first(rows, before=older).shown_as(_entry)
        kept, older, rounds = kept + shows(page_behind.rows), page_behind.older, rounds + 1
    return Page(rows=kept, newer=page.newer, older=older)


def attempts_by_number(numbers: Collection[int]) -> dict[int, RefusedEntry]:
    """Return refused attempts by their numbers; one query."""
    rows = RefusedAttempt.objects.in_bulk(list(numbers))
    return {key: _entry(row) for key, row in rows.items()}


def _condition(wanted: RefusedFilter) -> Q:
    said: dict[str, object] = {
        "codes__has_any_keys": list(wanted.codes),
        "action": wanted.action,
        "refused_at__gte": wanted.since,
        "refused_at__lt": wanted.until,
        "words__icontains": wanted.words,
        "role__icontains": wanted.role,
        "device__icontains": wanted.device,
    }
    found = Q(**{name: value for name, value in said.items() if value})
    if wanted.actors is not None:
        found &= Q(actor__in=wanted.actors) | Q(actor__isnull=True, actor_user_id=wanted.typed)
    if wanted.mentions:
        about = Contains(Cast("subject", TextField()), wanted.mentions)
        found &= Q(about) | Q(words__contains=wanted.mentions)
    return found


def _entry(row: RefusedAttempt) -> RefusedEntry:
    return RefusedEntry(
        id=row.pk,
        refused_at=row.refused_at,
        action=action_words(row.action),
        who=row.actor_name or row.actor_user_id or row.device,
        user_id=row.actor_user_id,
        role=row.role,
        device=row.device,
        codes=row.codes,
        words=row.words,
        subject=row.subject,
    )
