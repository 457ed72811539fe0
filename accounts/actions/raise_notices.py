"""Making notices of refused attempts at unauthorised use."""

from collections.abc import Collection, Sequence
from datetime import datetime

from accounts.alarms import queue
from accounts.models import (
    Audience,
    NoticedAttempt,
    NoticeReader,
    Person,
    SecurityNotice,
    Severity,
)
from accounts.unauthorised import WINDOW, Group, Seen, grouped, kind_of, severity_of
from audit.changes import machine_change
from audit.models import RefusedAttempt

AT_ONCE = 20_000
COLUMNS = ("id", "error", "codes", "actor_user_id", "device", "refused_at")


def raise_notices(*, at: datetime) -> int:
    """
    Count the attempts that nobody was told of; return how many notices were begun or grew.

    Each attempt is counted once: of two workers one reads at a time, and what a killed worker did
    not commit is read again. Attempts that stay below their measure wait for the window's length.
    Source: 21 CFR 11.300(d); URS-69.
    """
    attempts, read_up_to = _unread(at)
    if not grouped(attempts, counting=_counting(at)):
        NoticeReader.objects.filter(read_up_to__lt=read_up_to).update(read_up_to=read_up_to)
        return 0
    with machine_change(
        "scheduler", action="raise_notices", reason="Attempts at unauthorised use were refused"
    ):
        reader = NoticeReader.objects.select_for_update(skip_locked=True).first()
        if reader is None:
            return 0
        attempts, _ = _unread(at)
        counting = _counting(at)
        groups = grouped(attempts, counting=counting)
        for group, members in groups.items():
            _count(group, members, counting.get(group), at)
    return len(groups)


def _unread(at: datetime) -> tuple[list[Seen], int]:
    """Return the attempts that no notice counts, and up to where none may be waited for."""
    reader, _ = NoticeReader.objects.get_or_create(pk=1)
    rows = (
        RefusedAttempt.objects.filter(pk__gt=reader.read_up_to, noticed__isnull=True)
        .order_by("pk")
        .values_list(*COLUMNS)[:AT_ONCE]
    )
    found = [(row, kind) for row in rows if (kind := kind_of(row[1], row[2])) is not None]
    known = _accounts({row[3] for row, _ in found})
    attempts = [
        Seen(id=key, kind=kind, user_id=user_id if user_id in known else "", device=device, at=when)
        for (key, _, _, user_id, device, when), kind in found
    ]
    return attempts, max((row[0] for row in rows if row[5] < at - WINDOW), default=0)


def _accounts(user_ids: Collection[str]) -> set[str]:
    return set(Person.objects.filter(user_id__in=list(user_ids)).values_list("user_id", flat=True))


def _counting(at: datetime) -> dict[Group, SecurityNotice]:
    """Return the notices that still count what belongs to them."""
    rows = SecurityNotice.objects.filter(grouped_until__gt=at, acknowledged_at__isnull=True)
    return {(row.kind, row.about): row for row in rows.order_by("pk")}  # type: ignore[misc] # a choice is its text


def _count(
    group: Group, members: Sequence[Seen], notice: SecurityNotice | None, at: datetime
) -> None:
    kind, about = group
    times = [seen.at for seen in members]
    is_new, was_high = notice is None, notice is not None and notice.severity == Severity.HIGH
    if notice is None:
        notice = SecurityNotice(
            kind=kind, about=about, attempts=0, first_at=min(times), grouped_until=at + WINDOW
        )
    notice.attempts += len(members)
    notice.last_at = max(times)
    notice.severity = severity_of(kind, notice.attempts)
    if is_new:
        notice.save(force_insert=True)
        queue(notice, Audience.SECURITY, at)
    else:
        notice.save(update_fields=["attempts", "last_at", "severity"])
    if notice.severity == Severity.HIGH and not was_high:
        queue(notice, Audience.MANAGEMENT, at)
    NoticedAttempt.objects.bulk_create(
        [NoticedAttempt(attempt_id=seen.id, notice=notice) for seen in members], batch_size=2000
    )
