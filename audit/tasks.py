"""The ground by the clock: sealing every minute, verifying every night."""

import structlog
from celery import shared_task
from django.utils import timezone

from audit.actions.record_trail_check import record_trail_check
from audit.seals.errors import SealerAtWork
from audit.seals.sealing import seal_trail
from audit.seals.verifying import verify_trail

log = structlog.get_logger(__name__)


@shared_task(name="audit.seal_now")
def seal_now() -> None:
    """
    Seal what was committed since the last time; a second delivery finds nothing left to do.

    Source: 21 CFR 11.10(e); URS-38.
    """
    try:
        seals = seal_trail()
    except SealerAtWork as fault:
        log.info("another_sealer_is_at_work", words=str(fault))
        return
    for seal in seals:
        log.info("sealed", number=seal.number, changes=seal.changes, rows=seal.rows)


@shared_task(name="audit.verify_tonight")
def verify_tonight() -> None:
    """
    Recompute the whole trail and record what was found.

    Source: 21 CFR 11.10(a), (e); URS-02, URS-38.
    """
    began = timezone.now()
    outcome = verify_trail()
    check = record_trail_check(outcome=outcome, device="scheduler", at=began)
    if outcome.is_intact:
        log.info("trail_is_intact", last_seal=outcome.last_seal, rows=outcome.rows)
    else:
        first = str(outcome.findings[0])
        log.error("trail_is_broken", verdict=check.verdict, found=outcome.found, first=first)
