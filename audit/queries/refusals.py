"""What was refused, newest first: who tried what, on which device, and why it was not done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

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


def refused_attempts(
    *,
    shows: Shows,
    codes: Sequence[str] = (),
    before: int | None = None,
    after: int | None = None,
) -> Page[RefusedEntry]:
    """
    Return a page of refused attempts, newest first.

    shows: keeps those that the reader may see; asked once for each page of rows that is read.
    codes: only those refused for one of these reasons; empty for all.
    A page may be short when many of its rows are hidden; `older` then goes on behind them.
    """
    rows = RefusedAttempt.objects.all()
    if codes:
        rows = rows.filter(codes__has_any_keys=list(codes))
    page = newest_first(rows, before=before, after=after).shown_as(_entry)
    kept = shows(page.rows)
    older, rounds = page.older, 1
    while after is None and older is not None and len(kept) < SIZE // 2 and rounds < MOST_ROUNDS:
        page_behind = newest_first(rows, before=older).shown_as(_entry)
        kept, older, rounds = kept + shows(page_behind.rows), page_behind.older, rounds + 1
    return Page(rows=kept, newer=page.newer, older=older)


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
