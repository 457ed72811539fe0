"""The trail itself: who changed what, when and why, newest first, never counted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from audit.errors import NotFound, Refusal
from audit.models import Change
from audit.pages import Page, newest_first
from audit.system_event_kinds import SystemEventKind

NOT_FOUND = Refusal("UNKNOWN_CHANGE", "No change that you may see has this number.")


@dataclass(frozen=True, kw_only=True)
class TrailFilter:
    """
    Which changes; what is left out does not restrict.

    keys: only these changes, such as those about one object; None for all.
    since, until: by the server's time; `until` is the first instant that is out.
    """

    actor_id: int | None = None
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    keys: Collection[int] | None = None


@dataclass(frozen=True, kw_only=True)
class ChangeEntry:
    """
    One change as it was recorded; names and role are those of that time.

    Source: 21 CFR 11.10(e); URS-34.
    """

    id: int
    recorded_at: datetime | None
    action: str
    door: str
    who: str
    user_id: str
    role: str
    device: str
    reason: str
    procedure_step: str
    request_id: str
    app_version: str


def changes(
    *, matching: TrailFilter, but_not: Q, before: int | None = None, after: int | None = None
) -> Page[ChangeEntry]:
    """
    Return a page of changes, newest first.

    but_not: the condition of those that the reader may not see.
    """
    rows = _matching(Change.objects.exclude(but_not) if but_not else Change.objects.all(), matching)
    return newest_first(rows, before=before, after=after).shown_as(_entry)


def _matching(rows: QuerySet[Change], wanted: TrailFilter) -> QuerySet[Change]:
    said = {
        "actor": wanted.actor_id,
        "action": wanted.action or None,
        "recorded_at__gte": wanted.since,
        "recorded_at__lt": wanted.until,
        "pk__in": wanted.keys,
    }
    return rows.filter(**{name: value for name, value in said.items() if value is not None})


def find_change(change_id: int, *, but_not: Q) -> ChangeEntry:
    """
    Return one change.

    Raises NotFound: there is none with this number that the reader may see.
    """
    rows = Change.objects.exclude(but_not) if but_not else Change.objects.all()
    row = rows.filter(pk=change_id).first()
    if row is None:
        raise NotFound([NOT_FOUND])
    return _entry(row)


def _entry(row: Change) -> ChangeEntry:
    return ChangeEntry(
        id=row.pk,
        recorded_at=row.recorded_at,
        action=action_words(row.action),
        door=row.get_door_display(),
        who=row.actor_name or row.device,
        user_id=row.actor_user_id,
        role=row.role,
        device=row.device,
        reason=row.reason,
        procedure_step=row.procedure_step,
        request_id=row.request_id,
        app_version=row.app_version,
    )


def action_words(action: str) -> str:
    """Say an action's name as people read it."""
    if action in SystemEventKind.values:
        return str(SystemEventKind(action).label)
    return action.replace("_", " ").capitalize()
