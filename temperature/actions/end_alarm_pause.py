"""Letting silenced alarms call again, by a person."""

from datetime import datetime

from accounts.authority import require_role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import refuse_if
from sop.emergency_work import insist_on_site
from temperature.models import AlarmPause
from temperature.rules.silencing import refusals_to_end
from temperature.silencing import TAKES_ON, locked_pause, rearm


def end_alarm_pause(*, pause_id: int, by: Attribution, at: datetime) -> AlarmPause:
    """
    End a pause before its time; what is open calls again at once.

    Raises NotFound (UNKNOWN_PAUSE); NotAuthorised (also OUTSIDE_SITE, SHARED_ACCOUNT);
    ActionRefused (PAUSE_ENDED, NO_REASON). Source: URS-46, URS-109.
    """
    with attributed_change(by, action="end_alarm_pause") as change:
        pause = locked_pause(pause_id)
        change.subject.update(pause=pause_id, unit=pause.unit.name)
        require_role(by.actor, TAKES_ON)
        insist_on_site(by.actor, pause.unit.site)
        refuse_if(refusals_to_end(pause, at=at))
        pause.ended_at, pause.ended_by_id = at, by.actor.pk
        pause.save(update_fields=["ended_at", "ended_by"])
        rearm(pause, at=at)
        return pause
