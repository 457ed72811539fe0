"""Accounts by the clock: telling people of unauthorised use, and of what is overdue."""

import structlog
from celery import shared_task
from django.utils import timezone

from accounts.actions.deliver_notice import deliver_notice
from accounts.actions.raise_notices import raise_notices
from accounts.actions.tell_of_overdue_review import tell_of_overdue_review
from audit.seals.standing import writes_are_open

MOST_AT_ONCE = 50  # deliveries: the next run goes on

log = structlog.get_logger(__name__)


@shared_task(name="accounts.tell_of_unauthorised_use")
def tell_of_unauthorised_use() -> None:
    """
    Make notices of what was refused since the last time, and send what is due.

    Source: 21 CFR 11.300(d); URS-69.
    """
    if not writes_are_open():
        log.warning("notices_wait_for_the_reconciliation_of_a_restore")
        return
    begun = raise_notices(at=timezone.now())
    if begun:
        log.warning("unauthorised_use_was_attempted", notices=begun)
    for _ in range(MOST_AT_ONCE):
        if not deliver_notice(at=timezone.now()):
            break


@shared_task(name="accounts.tell_of_what_is_overdue")
def tell_of_what_is_overdue() -> None:
    """
    Tell quality once that the review of access is overdue; the notice is sent with the next ones.

    Source: Annex 11 (2011) section 11; URS-18.
    """
    if not writes_are_open():
        return
    if tell_of_overdue_review(at=timezone.now()) is not None:
        log.warning("review_of_access_is_overdue")
