"""Security notices as a screen shows them, and what of them waits or does not arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import DeliveryStatus, NoticeDelivery, SecurityNotice, Severity
from audit.errors import NotFound, Refusal
from audit.models import RefusedAttempt
from audit.pages import Page, newest_first
from audit.queries.changes import action_words

MOST_ATTEMPTS = 50
FAILING_AFTER = 3  # tries
NOT_FOUND = Refusal("UNKNOWN_NOTICE", "No security notice has this number.")


@dataclass(frozen=True, kw_only=True)
class DeliveryLine:
    """One delivery of a notice; `next_try_at` only where it is tried again."""

    to: str
    audience: str
    channel: str
    status: str
    tries: int
    last_error: str
    sent_at: datetime | None
    next_try_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class AttemptLine:
    """One attempt that a notice counts."""

    refused_at: datetime
    action: str
    who: str
    device: str
    codes: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class NoticeEntry:
    """One notice; `is_failing` when it keeps not arriving somewhere."""

    id: int
    kind: str
    is_high: bool
    severity: str
    about: str
    attempts: int
    first_at: datetime
    last_at: datetime
    acknowledged_by: str
    acknowledged_at: datetime | None
    deliveries: Sequence[DeliveryLine]
    is_failing: bool

    @property
    def is_open(self) -> bool:
        """Whether nobody looked into it yet."""
        return self.acknowledged_at is None


@dataclass(frozen=True, kw_only=True)
class NoticeState:
    """How many notices nobody acknowledged, and how many deliveries keep failing."""

    open: int
    failing: int


def notices(*, before: int | None = None, after: int | None = None) -> Page[NoticeEntry]:
    """Return a page of notices, newest first."""
    rows = SecurityNotice.objects.select_related("acknowledged_by").prefetch_related("deliveries")
    return newest_first(rows, before=before, after=after).shown_as(_entry)


def find_notice(notice_id: int) -> NoticeEntry:
    """
    Return one notice.

    Raises NotFound: there is none with this number.
    """
    rows = SecurityNotice.objects.select_related("acknowledged_by").prefetch_related("deliveries")
    row = rows.filter(pk=notice_id).first()
    if row is None:
        raise NotFound([NOT_FOUND])
    return _entry(row)


def attempts_of(notice_id: int) -> list[AttemptLine]:
    """Return the newest attempts that a notice counts, at most `MOST_ATTEMPTS`."""
    rows = RefusedAttempt.objects.filter(noticed__notice=notice_id).order_by("-pk")
    return [
        AttemptLine(
            refused_at=row.refused_at,
            action=action_words(row.action),
            who=row.actor_name or "nobody signed in",
            device=row.device,
            codes=row.codes,
        )
        for row in rows[:MOST_ATTEMPTS]
    ]


def notice_state() -> NoticeState:
    """Count what waits for somebody and what does not arrive; two indexed counts."""
    unread = SecurityNotice.objects.filter(acknowledged_at__isnull=True)
    failing = NoticeDelivery.objects.filter(
        status=DeliveryStatus.FAILED,
        tries__gte=FAILING_AFTER,
        notice__acknowledged_at__isnull=True,
    )
    return NoticeState(open=unread.count(), failing=failing.count())


def _entry(row: SecurityNotice) -> NoticeEntry:
    deliveries = sorted(row.deliveries.all(), key=lambda each: each.pk)
    return NoticeEntry(
        id=row.pk,
        kind=row.get_kind_display(),
        is_high=row.severity == Severity.HIGH,
        severity=row.get_severity_display(),
        about=row.about,
        attempts=row.attempts,
        first_at=row.first_at,
        last_at=row.last_at,
        acknowledged_by="" if row.acknowledged_by is None else row.acknowledged_by.full_name,
        acknowledged_at=row.acknowledged_at,
        deliveries=[_delivery(each, is_open=row.acknowledged_at is None) for each in deliveries],
        is_failing=any(
            each.status == DeliveryStatus.FAILED and each.tries >= FAILING_AFTER
            for each in deliveries
        ),
    )


def _delivery(row: NoticeDelivery, *, is_open: bool) -> DeliveryLine:
    again = is_open and row.status != DeliveryStatus.SENT
    return DeliveryLine(
        to=row.to,
        audience=row.get_audience_display(),
        channel=row.get_channel_display(),
        status=row.get_status_display(),
        tries=row.tries,
        last_error=row.last_error,
        sent_at=row.sent_at,
        next_try_at=row.next_try_at if again else None,
    )
