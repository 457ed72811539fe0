"""The ground by the clock: clocks, system events and seals every minute, verifying every night."""

import structlog
from celery import shared_task
from django.utils import timezone

from audit.actions.record_trail_check import record_trail_check
from audit.clocks.measuring import measure_clocks
from audit.seals.errors import BehindAnchor, SealerAtWork
from audit.seals.posts import post_waiting_seals
from audit.seals.sealing import seal_trail
from audit.seals.standing import writes_are_open
from audit.seals.verifying import verify_trail
from audit.system_events import record_waiting

log = structlog.get_logger(__name__)


@shared_task(name="audit.seal_now")
def seal_now() -> None:
    """
    Seal what was committed since the last time; a second delivery finds nothing left to do.

    Source: 21 CFR 11.10(e); URS-38, URS-83.
    """
    try:
        seals = seal_trail()
    except BehindAnchor as fault:
        log.error("database_is_behind_its_anchor", words=str(fault))  # noqa: TRY400 - no bug, no trace
        return
    except SealerAtWork as fault:
        log.info("another_sealer_is_at_work", words=str(fault))
        return
    for seal in seals:
        log.info("sealed", number=seal.number, changes=seal.changes, rows=seal.rows)


@shared_task(name="audit.post_seals_now")
def post_seals_now() -> None:
    """
    Post the seals that a receiver outside lacks; apart from sealing, which never waits for it.

    Source: URS-38.
    """
    posted = post_waiting_seals(at=timezone.now())
    if posted:
        log.info("seals_posted", number=posted)


@shared_task(name="audit.record_system_events")
def record_system_events() -> None:
    """
    Record the system events that wait; a second delivery finds none.

    Source: FDA Data Integrity Q&A 1c; URS-46.
    """
    record_waiting()


@shared_task(name="audit.measure_clocks_now")
def measure_clocks_now() -> None:
    """
    Compare the clocks with their sources; a second delivery measures once more.

    Source: URS-72.
    """
    measured = measure_clocks()
    log.info("clocks", offset=measured.offset_seconds, database=measured.database_seconds)


@shared_task(name="audit.verify_tonight")
def verify_tonight() -> None:
    """
    Recompute the whole trail and record what was found.

    Source: 21 CFR 11.10(a), (e); URS-02, URS-38.
    """
    if not writes_are_open():
        log.error("trail_not_checked_before_the_restore_is_reconciled")
        return
    began = timezone.now()
    outcome = verify_trail()
    check = record_trail_check(outcome=outcome, device="scheduler", at=began)
    if outcome.is_intact:
        log.info("trail_is_intact", last_seal=outcome.last_seal, rows=outcome.rows)
    else:
        first = str(outcome.findings[0])
        log.error("trail_is_broken", verdict=check.verdict, found=outcome.found, first=first)
