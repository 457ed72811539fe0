"""Looking for work of the clock that fails again and again: silence of judging is an alarm."""

from datetime import datetime, timedelta

import structlog

from temperature.actions.settle_undone import settle_undone
from temperature.models import Alarm, AlarmCause, LeftUndone

log = structlog.get_logger(__name__)

TOLD_AFTER = timedelta(minutes=2)


def watch_failures(*, at: datetime) -> int:
    """
    Raise what fails for two minutes, resolve what was done since; return for how many things.

    Source: REQUIREMENTS A11; URS-46, URS-108.
    """
    rows = LeftUndone.objects.filter(unit__isnull=False, since__lte=at - TOLD_AFTER)
    lasting = {f"{work} {key}" for work, key in rows.values_list("work", "key")}
    open_ones = Alarm.objects.open().filter(cause=AlarmCause.UNDONE)
    told = set(open_ones.values_list("about", flat=True))
    for about in sorted(lasting ^ told):
        try:
            settle_undone(about=about, at=at)
        except Exception:  # one never stops the others; the next run finds it again
            log.exception("failure_not_told", about=about)
    return len(lasting ^ told)
