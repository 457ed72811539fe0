"""Reviews of access as screens show them, and when the next one is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet

from accounts.access_rules import limits_in_force
from accounts.models import AccessReview, AccessReviewLine, LineDecision, Person, ReviewStatus
from accounts.reviewing import UNKNOWN_LINE, UNKNOWN_REVIEW
from audit.errors import NotFound

NEVER_USED = timedelta(days=90)
TO_DO = Q(decision__in=[LineDecision.REVOKE, LineDecision.CHANGE], settled_at__isnull=True)


@dataclass(frozen=True, kw_only=True)
class ReviewState:
    """
    Where the site stands.

    due_at: by when the next review must be closed. open_id: of the review that is open.
    to_settle: how many lines of closed reviews wait to be carried out.
    """

    due_at: datetime
    is_overdue: bool
    open_id: int | None
    to_settle: int


def review_state(*, at: datetime) -> ReviewState:
    """
    Return when the next review is due, and what is open; three queries.

    A site that never closed one counts from its first account on.
    Source: Annex 11 (2011) section 11; URS-18.
    """
    found = AccessReview.objects.aggregate(
        last=Max("closed_at"), open=Max("pk", filter=Q(status=ReviewStatus.OPEN))
    )
    began = found["last"]
    if began is None:
        first = Person.history.order_by("history_id").values_list("history_date", flat=True)
        began = first.first() or at
    due_at = began + timedelta(days=limits_in_force().review_days)
    return ReviewState(
        due_at=due_at,
        is_overdue=due_at <= at,
        open_id=found["open"],
        to_settle=open_items().count(),
    )


def open_items() -> QuerySet[AccessReviewLine]:
    """Return the lines of closed reviews that are not carried out yet, oldest first."""
    rows = AccessReviewLine.objects.filter(TO_DO, review__status=ReviewStatus.CLOSED)
    return rows.select_related("person", "token", "decided_by", "review").order_by("pk")


@dataclass(frozen=True, kw_only=True)
class ReviewCard:
    """One review in the list."""

    id: int
    is_open: bool
    started_by: str
    started_at: datetime
    closed_by: str
    closed_at: datetime | None
    lines: int
    unmarked: int
    revoked: int
    changed: int
    to_settle: int


def review_cards() -> list[ReviewCard]:
    """List the reviews, newest first."""
    rows = AccessReview.objects.select_related("started_by", "closed_by").annotate(
        number=Count("lines"),
        unmarked=Count("lines", filter=Q(lines__decision="")),
        revoked=Count("lines", filter=Q(lines__decision=LineDecision.REVOKE)),
        changed=Count("lines", filter=Q(lines__decision=LineDecision.CHANGE)),
        waiting=Count(
            "lines",
            filter=Q(
                lines__decision__in=[LineDecision.REVOKE, LineDecision.CHANGE],
                lines__settled_at__isnull=True,
            ),
        ),
    )
    return [_card(row) for row in rows.order_by("-pk")[:100]]


def _card(row: AccessReview) -> ReviewCard:
    counted = vars(row)
    return ReviewCard(
        id=row.pk,
        is_open=row.status == ReviewStatus.OPEN,
        started_by=row.started_by.full_name,
        started_at=row.started_at,
        closed_by="" if row.closed_by is None else row.closed_by.full_name,
        closed_at=row.closed_at,
        lines=counted["number"],
        unmarked=counted["unmarked"],
        revoked=counted["revoked"],
        changed=counted["changed"],
        to_settle=counted["waiting"],
    )


def find_review(review_id: int) -> AccessReview:
    """
    Return one review.

    Raises NotFound: there is none with this number.
    """
    rows = AccessReview.objects.select_related("started_by", "closed_by")
    found = rows.filter(pk=review_id).first()
    if found is None:
        raise NotFound([UNKNOWN_REVIEW])
    return found


def find_line(line_id: int) -> AccessReviewLine:
    """
    Return one line.

    Raises NotFound: there is none with this number.
    """
    found = AccessReviewLine.objects.select_related("person", "token").filter(pk=line_id).first()
    if found is None:
        raise NotFound([UNKNOWN_LINE])
    return found


def lines_of(review: AccessReview) -> Sequence[AccessReviewLine]:
    """
    Return the lines: what changed since the last review first, then what nobody used in 90 days.

    Who marks two hundred lines meets first what is worth a look.
    """
    rows = review.lines.select_related("person", "token", "decided_by")
    return sorted(
        rows,
        key=lambda row: (
            not row.is_changed,
            not is_unused(row, review.started_at),
            row.person.full_name,
            row.pk,
        ),
    )


def is_unused(line: AccessReviewLine, at: datetime) -> bool:
    """Say whether nobody used it in the 90 days before the review began."""
    return line.last_used_at is None or line.last_used_at <= at - NEVER_USED
