"""What happens to vials by the clock."""

import structlog
from celery import shared_task
from django.utils import timezone

from audit.seals.standing import writes_are_open
from custody.actions.expire_vials import expire_vials
from custody.watching import watch_blind_units, watch_gaps, watch_nitrogen, watch_time_out

log = structlog.get_logger(__name__)


@shared_task(name="custody.expire_vials_now")
def expire_vials_now() -> None:
    """
    Expire what is due, one Change after the other; a second delivery finds nothing left to do.

    Source: 21 CFR 1271.260(c); URS-103.
    """
    if not writes_are_open():
        log.warning("expiry_wait_for_the_reconciliation_of_a_restore")
        return
    while events := expire_vials(at=timezone.now()):
        log.info("vials_expired", count=len(events))


@shared_task(name="custody.watch_now")
def watch_now() -> None:
    """
    Look for times without evidence, and out of storage, that last too long, and for nitrogen.

    A second delivery finds them reported. Source: URS-107, URS-108, URS-113.
    """
    if writes_are_open():
        at = timezone.now()
        if gaps := watch_gaps(at=at):
            log.warning("gaps_reported", count=gaps)
        if vials := watch_time_out(at=at):
            log.warning("time_out_of_storage_judged", vials=vials)
        if tanks := watch_nitrogen(at=at):
            log.warning("nitrogen_judged", tanks=tanks)
        if blind := watch_blind_units(at=at):
            log.warning("blind_units_held", units=blind)
