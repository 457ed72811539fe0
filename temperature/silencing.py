"""What people and the clock share who silence alarms, and let them call again."""

from datetime import datetime

from accounts.roles import Role
from audit.errors import NotFound, Refusal
from temperature.alarms import tell_anew
from temperature.models import APART, Alarm, AlarmPause

TAKES_ON = (Role.TECHNICIAN, Role.SUPERVISOR, Role.QA)
"""Who may acknowledge an alarm, or let silenced alarms call again, at their sites."""
SILENCES = (Role.SUPERVISOR, Role.QA)
UNKNOWN_ALARM = Refusal("UNKNOWN_ALARM", "No such alarm. Open it from the list.")
UNKNOWN_PAUSE = Refusal("UNKNOWN_PAUSE", "No such pause. Open it from the list.")
PAUSED_MEANWHILE = Refusal(
    "PAUSED_MEANWHILE", "Somebody else has just silenced these alarms. Look until when."
)


def locked_alarm(alarm_id: int) -> Alarm:
    """
    Return an alarm under its lock, with its unit's site.

    Raises NotFound (UNKNOWN_ALARM).
    """
    rows = Alarm.objects.select_related("unit__site").filter(pk=alarm_id)
    alarm = rows.select_for_update(of=("self",), no_key=True).first()
    if alarm is None:
        raise NotFound([UNKNOWN_ALARM])
    return alarm


def locked_pause(pause_id: int) -> AlarmPause:
    """
    Return a pause under its lock, with its unit's site.

    Raises NotFound (UNKNOWN_PAUSE).
    """
    rows = AlarmPause.objects.select_related("unit__site").filter(pk=pause_id)
    pause = rows.select_for_update(of=("self",), no_key=True).first()
    if pause is None:
        raise NotFound([UNKNOWN_PAUSE])
    return pause


def rearm(pause: AlarmPause, *, at: datetime) -> list[Alarm]:
    """
    Let what is still open under a pause call again, also what somebody had acknowledged.

    pause: locked, and ended by the caller. Returns the alarms.
    Source: URS-109; REQUIREMENTS scenario 8.
    """
    rows = Alarm.objects.open().filter(unit=pause.unit_id)
    if pause.alarm_id is not None:
        rows = rows.filter(pk=pause.alarm_id)
    else:
        rows = rows.exclude(cause__in=APART)
    alarms = list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))
    tell_anew(alarms, at=at)
    return alarms
