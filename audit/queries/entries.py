"""The trail entry by entry, one for each value that a change wrote, for copies of any length."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from audit.queries.changes import ChangeEntry, TrailFilter, changes
from audit.queries.differences import Differences, differences_of
from audit.queries.versions import RecordVersion, versions_of

CHANGES_AT_ONCE = 200
RECORDS_AT_ONCE = 50


@dataclass(frozen=True, kw_only=True)
class TrailEntry:
    """
    One value before and after, with all that its change says.

    is_later: the value was there before and was given another; False for a first entry.
    Source: 21 CFR 11.10(e); URS-34, URS-45.
    """

    change: int
    recorded_at: datetime | None
    who: str
    user_id: str
    role: str
    action: str
    record: str
    field: str
    old: str
    new: str
    is_later: bool
    reason: str
    procedure_step: str
    device: str
    request_id: str
    app_version: str


def trail_entries(
    *, matching: TrailFilter, but_not: Q, masked: Collection[str]
) -> Iterator[TrailEntry]:
    """
    Yield the entries of all changes that match, newest change first; never many at once.

    but_not: the condition of the changes that the reader may not see.
    masked: labels of models whose values are not shown.
    """
    before: int | None = None
    while True:
        page = changes(matching=matching, but_not=but_not, before=before, size=CHANGES_AT_ONCE)
        wrote = differences_of(
            [entry.id for entry in page.rows], masked=masked, most=RECORDS_AT_ONCE
        )
        for entry in page.rows:
            found = wrote.get(entry.id, Differences())
            yield from _entries(entry, _every(entry.id, masked) if found.is_cut else found.records)
        if page.older is None:
            return
        before = page.older


def _every(change_id: int, masked: Collection[str]) -> Iterator[RecordVersion]:
    """Yield what a large change wrote, part by part."""
    parts = versions_of(change_id, masked=masked)
    yield from parts.records
    waiting = list(parts.further)
    while waiting:
        part = waiting.pop()
        more = versions_of(change_id, masked=masked, only=part.label, after=part.after)
        yield from more.records
        waiting.extend(more.further)


def _entries(entry: ChangeEntry, records: Iterable[RecordVersion]) -> Iterator[TrailEntry]:
    is_bare = True
    for record in records:
        is_bare = False
        name = f"{record.kind} {record.label} no. {record.record_id}"
        if record.how == "created":
            values = "; ".join(f"{field.label}: {field.new}" for field in record.fields)
            yield _entry(entry, record=name, field="(created)", new=values)
            continue
        for field in record.fields:
            yield _entry(
                entry, record=name, field=field.label, old=field.old, new=field.new, is_later=True
            )
    if is_bare:
        yield _entry(entry)


def _entry(
    entry: ChangeEntry,
    *,
    record: str = "",
    field: str = "",
    old: str = "",
    new: str = "",
    is_later: bool = False,
) -> TrailEntry:
    return TrailEntry(
        change=entry.id,
        recorded_at=entry.recorded_at,
        who=entry.who,
        user_id=entry.user_id,
        role=entry.role,
        action=entry.action,
        record=record,
        field=field,
        old=old,
        new=new,
        is_later=is_later,
        reason=entry.reason,
        procedure_step=entry.procedure_step,
        device=entry.device,
        request_id=entry.request_id,
        app_version=entry.app_version,
    )
