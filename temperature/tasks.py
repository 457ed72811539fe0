"""What happens to sources of readings, and to alarms, by the clock."""

from collections.abc import Sequence

import structlog
from celery import shared_task
from django.utils import timezone

from audit.seals.standing import writes_are_open
from temperature.consequences import News
from temperature.models import WorkKind
from temperature.months import make_months, months_ahead
from temperature.polling import poll_due
from temperature.telling import tell_what_is_due
from temperature.trying import try_channels
from temperature.waiting_files import forget_old
from temperature.watching import (
    end_due_pauses,
    judge_readings,
    watch_calibrations,
    watch_for_silence,
    watch_units,
)
from temperature.watching_drills import watch_probe_drills
from temperature.watching_failures import watch_failures
from temperature.watching_room import watch_room
from temperature.watching_sources import watch_drills, watch_sources
from temperature.work_marks import mark_done

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


@shared_task(name="temperature.judge_now")
def judge_now() -> None:
    """
    Judge the readings that came since; a second delivery finds them judged.

    Source: 21 CFR 1271.260(d); URS-105.
    """
    if writes_are_open():
        at = timezone.now()
        _log_news("readings_judged", judge_readings(at=at))
        mark_done(WorkKind.JUDGING, at=at)


@shared_task(name="temperature.watch_now")
def watch_now() -> None:
    """
    Look for what nothing comes to tell of: probes that fell silent, judging that fails.

    Source: URS-46, URS-108.
    """
    if writes_are_open():
        at = timezone.now()
        watch_room(at=at)
        if failures := watch_failures(at=at):
            log.error("work_fails_or_works_again", things=failures)
        _log_news("silence_found", watch_for_silence(at=at))
        if units := watch_units(at=at):
            log.warning("blind_units_watched", units=units)
        if sources := watch_sources(at=at):
            log.warning("sources_watched", sources=sources)
        if sites := watch_drills(at=at):
            log.warning("drills_watched", sites=sites)


@shared_task(name="temperature.tell_of_alarms")
def tell_of_alarms() -> None:
    """
    Tell people of the alarms that call, and follow drills; a second delivery finds them told.

    Source: draft Annex 11 section 8; URS-107, URS-110.
    """
    if writes_are_open():
        at = timezone.now()
        if tried := tell_what_is_due(at=at):
            log.info("alarms_told", messages=tried)
        watch_probe_drills(at=at)
        mark_done(WorkKind.TELLING, at=at)


@shared_task(name="temperature.try_channels_now")
def try_channels_now() -> None:
    """Try the channels whose heartbeat is due, whether anybody must be told or not. URS-110."""
    if writes_are_open():
        try_channels(at=timezone.now())


@shared_task(name="temperature.watch_calibrations_now")
def watch_calibrations_now() -> None:
    """Look for probes whose calibration came due. Source: 21 CFR 211.68(a); URS-30."""
    if writes_are_open() and (probes := watch_calibrations(at=timezone.now())):
        log.warning("calibrations_watched", probes=probes)


@shared_task(name="temperature.end_pauses_now")
def end_pauses_now() -> None:
    """
    Let silenced alarms call again; a second delivery finds the pauses ended.

    Source: URS-46, URS-109.
    """
    if writes_are_open() and (pauses := end_due_pauses(at=timezone.now())):
        log.warning("suppression_of_alarms_ended", pauses=pauses)


def _log_news(event: str, found: Sequence[News]) -> None:
    if found:
        log.warning(event, probes=len(found), begun=sum(len(news.begun) for news in found))
