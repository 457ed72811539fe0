"""Taking an alarm on."""

from datetime import datetime

from accounts.authority import require_role
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import refuse_if
from sop.emergency_work import insist_on_site
from temperature.models import Alarm, AlarmCause, Level
from temperature.rules.silencing import refusals_to_acknowledge
from temperature.silencing import TAKES_ON, locked_alarm


def acknowledge_alarm(*, alarm_id: int, shown: Level, by: Attribution, at: datetime) -> Alarm:
    """
    Say that somebody takes an alarm on; its cause goes on, and only its end resolves it.

    A drill has no cause that could go on: it is over with that.

    by: its reason is the comment. shown: how grave it was on the screen.
    Raises NotFound (UNKNOWN_ALARM); NotAuthorised (also OUTSIDE_SITE, SHARED_ACCOUNT);
    ActionRefused (ACKNOWLEDGED_ALREADY, GREW_WORSE, CLINIC_WAITS, NO_REASON).
    Source: draft Annex 11 section 8; URS-33, URS-107.
    """
    with attributed_change(by, action="acknowledge_alarm") as change:
        alarm = locked_alarm(alarm_id)
        change.subject.update(alarm=alarm_id, unit=alarm.unit.name)
        require_role(by.actor, TAKES_ON)
        insist_on_site(by.actor, alarm.unit.site)
        refuse_if(refusals_to_acknowledge(alarm, shown=shown))
        alarm.acknowledged_at, alarm.acknowledged_by_id = at, by.actor.pk
        alarm.comment = by.reason.strip()
        if alarm.cause == AlarmCause.DRILL:
            alarm.resolved_at = max(at, alarm.raised_at)
        alarm.save(update_fields=["acknowledged_at", "acknowledged_by", "comment", "resolved_at"])
        return alarm
