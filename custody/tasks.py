"""What happens to vials by the clock."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime

import structlog
from celery import shared_task
from django.utils import timezone

from audit.seals.standing import writes_are_open
from custody.actions.expire_vials import expire_vials
from custody.watching import (
    watch_blind_units,
    watch_clinic_notices,
    watch_due_holds,
    watch_gaps,
    watch_holds,
    watch_nitrogen,
    watch_time_out,
)
from temperature.consequences import Watch

WATCHES: tuple[Watch, ...] = (
    watch_time_out,
    watch_nitrogen,
    watch_gaps,
    watch_clinic_notices,
)
HOLDS: tuple[Watch, ...] = (watch_due_holds, watch_holds, watch_blind_units)

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
    Look for times without evidence or out of storage that last too long, nitrogen, and clinics.

    A second delivery finds it done. Source: URS-107, URS-108, URS-113.
    """
    if writes_are_open():
        _look_at_all(WATCHES)


@shared_task(name="custody.hold_due_now")
def hold_due_now() -> None:
    """
    Hold what is to be held by the rules; no alarm waits for it. A second delivery finds it held.

    Source: 21 CFR 211.150(b); URS-113, URS-115.
    """
    if writes_are_open():
        _look_at_all(HOLDS)


def _look_at_all(watches: Sequence[Watch]) -> None:
    """Look at one after the other; one that fails stops none of the others."""
    at = timezone.now()
    with ExitStack() as all_of_them:
        for watch in reversed(watches):
            all_of_them.callback(_look, watch, at)


def _look(watch: Watch, at: datetime) -> None:
    if found := watch(at=at):
        log.warning("watched", watch=watch.__name__, found=found)
