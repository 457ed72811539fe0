"""What happens to sources of readings by the clock."""

import structlog
from celery import shared_task
from django.utils import timezone

from audit.seals.standing import writes_are_open
from temperature.months import make_months, months_ahead
from temperature.polling import poll_due
from temperature.waiting_files import forget_old

log = structlog.get_logger(__name__)


@shared_task(name="temperature.poll_feeds_now")
def poll_feeds_now() -> None:
    """
    Ask the sources that are due; a second delivery finds them asked already.

    Source: REQUIREMENTS C4; URS-28, URS-108.
    """
    if not writes_are_open():
        log.warning("readings_wait_for_the_reconciliation_of_a_restore")
        return
    answered = poll_due(at=timezone.now())
    if answered:
        log.info("feeds_answered", count=answered)


@shared_task(name="temperature.make_room")
def make_room() -> None:
    """Make the months that readings will be stored in, and let go of files that nobody stored."""
    at = timezone.now()
    if made := make_months(months_ahead(at)):
        log.info("months_made", months=[month.isoformat() for month in made])
    forget_old(at=at)
