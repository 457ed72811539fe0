"""Looking whether there is room for readings ahead, so that none is refused when a month begins."""

from datetime import date, datetime

import structlog

from audit.telling import tell_failed_job
from temperature.models import Intake, Work
from temperature.months import make_months, missing, months_ahead
from temperature.one_by_one import Known, each_alone, postponed

log = structlog.get_logger(__name__)


def room_missing(at: datetime) -> list[date]:
    """Return which months that must be there by now are not: this one and the next."""
    return missing(months_ahead(at)[:-1])  # the last is made in the first night of a month


def watch_room(*, at: datetime) -> int:
    """
    Make the months that nobody made in time, and write down that nobody did; return how many.

    Source: URS-46, URS-108.
    """
    months = {month.year * 100 + month.month: month for month in room_missing(at)}
    later = postponed(Work.ROOM, at=at)
    if any(key not in later for key in months) and Intake.objects.exists():
        tell_failed_job("temperature.make_room", "", None)

    def make(key: int) -> None:
        make_months([months[key]])
        log.error("month_was_missing", month=months[key].isoformat())

    def known(key: int) -> Known:
        return Known(f"{months[key]:%Y-%m}")

    return len(each_alone(Work.ROOM, months, make, known=known, at=at))
