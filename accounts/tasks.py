"""Accounts by the clock: telling people of attempts at unauthorised use."""

import structlog
from celery import shared_task
from django.utils import timezone

from accounts.actions.deliver_notice import deliver_notice
from accounts.actions.raise_notices import raise_notices
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
