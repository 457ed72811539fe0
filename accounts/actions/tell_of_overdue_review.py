"""Telling quality that the review of access is overdue."""

from datetime import datetime

from accounts.alarms import raise_alarm
from accounts.models import Audience, NoticeKind, SecurityNotice, Severity
from accounts.queries.reviews import review_state
from audit.changes import machine_change

ABOUT = "the review of access"


def tell_of_overdue_review(*, at: datetime) -> SecurityNotice | None:
    """
    Make one notice for each review that was not closed in time; None when there is nothing to tell.

    Of several workers at once, those that come later may make a second one; nobody is left untold.
    Source: Annex 11 (2011) section 11; URS-18.
    """
    state = review_state(at=at)
    told = SecurityNotice.objects.filter(kind=NoticeKind.REVIEW_OVERDUE, first_at__gte=state.due_at)
    if not state.is_overdue or told.exists():
        return None
    with machine_change(
        "scheduler", action="tell_of_overdue_review", reason="The review of access is overdue"
    ):
        return raise_alarm(
            NoticeKind.REVIEW_OVERDUE,
            about=ABOUT,
            severity=Severity.NORMAL,
            audiences=[Audience.QUALITY],
            at=at,
        )
