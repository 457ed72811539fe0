"""From when on work counts as left undone: since it was last done, or since somebody awaits it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from temperature.models import WorkKind, WorkMark

Marks = Mapping[str, datetime]


def work_marks() -> Marks:
    """Return when each kind of work was last done; one query."""
    return dict(WorkMark.objects.values_list("kind", "done_at"))


def mark_done(kind: WorkKind, *, at: datetime) -> None:
    """Write down that a kind of work was done, for those who watch over it."""
    WorkMark.objects.update_or_create(kind=kind, defaults={"done_at": at})


def await_work(*, at: datetime) -> None:
    """
    Say that the portal starts, so that workers get the time that they need to begin.

    Where one was awaited at an earlier start and never came, that start counts on: whoever starts
    the portal every minute does not hide that nobody works. Source: URS-46, URS-110.
    """
    with transaction.atomic():
        marks = work_marks()
        if all(_came(marks, kind) for kind in WorkKind if kind != WorkKind.STARTING):
            mark_done(WorkKind.STARTING, at=at)


def _came(marks: Marks, kind: WorkKind) -> bool:
    """Say whether work was done since the portal was last started; true of the first start."""
    started_at = marks.get(WorkKind.STARTING)
    return started_at is None or (kind in marks and marks[kind] >= started_at)


def idle_since(marks: Marks, kind: WorkKind) -> datetime | None:
    """Return since when a kind of work is awaited; None where it never was done nor awaited."""
    known = [marks[each] for each in (kind, WorkKind.STARTING) if each in marks]
    return max(known, default=None)
