"""Silencing the alarms of a unit, or one alarm, for a time."""

from datetime import datetime, timedelta

from accounts.authority import require_role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import NotFound, refuse_if
from audit.system_event_kinds import SystemEventKind
from inventory.models import Container
from sop.emergency_work import insist_on_site
from temperature.models import AlarmPause
from temperature.registering import unit_in_use
from temperature.rules.silencing import refusals_to_pause
from temperature.silencing import PAUSED_MEANWHILE, SILENCES, UNKNOWN_ALARM, locked_alarm

SIGNED = ("unit", "alarm", "reason", "began_at", "until", "paused_by")


def pause_alarms(
    *,
    unit_id: int,
    alarm_id: int | None = None,
    lasts: timedelta,
    intent: SignedIntent,
    at: datetime,
) -> AlarmPause:
    """
    Silence alarms by signature for at most four hours; they are raised and shown meanwhile.

    Who silences them again before that goes on from now: the pause that runs ends with the new one.
    alarm_id: one alarm of the unit; absent for all of them, those to come included.
    Raises NotFound (UNKNOWN_UNIT, UNKNOWN_ALARM); NotAuthorised (also OUTSIDE_SITE);
    ActionRefused (OUT_OF_BOUNDS, ALARM_OVER, PAUSED_MEANWHILE).
    Source: URS-46, URS-109; REQUIREMENTS scenario 8.
    """
    with signed_change(intent, action=SystemEventKind.SUPPRESS_ALARM) as change:
        unit = unit_in_use(unit_id)
        change.subject.update(unit=unit.name, alarm=alarm_id)
        require_role(intent.signer, SILENCES)
        insist_on_site(intent.signer, unit.site)
        _end_the_running(unit, alarm_id, by=intent.signer.pk, at=at)
        alarm = None if alarm_id is None else locked_alarm(alarm_id)
        if alarm is not None and alarm.unit_id != unit.pk:
            raise NotFound([UNKNOWN_ALARM])
        refuse_if(refusals_to_pause(alarm, lasts=lasts))
        pause = AlarmPause(unit=unit, alarm=alarm, reason=intent.reason.strip(), began_at=at)
        pause.until, pause.paused_by_id = at + lasts, intent.signer.pk
        with refused_by("temperature_one_pause_at_a_time", PAUSED_MEANWHILE):
            pause.save(force_insert=True)
        change.sign([pause], only=SIGNED)
        return pause


def _end_the_running(unit: Container, alarm_id: int | None, *, by: int, at: datetime) -> None:
    """End what silences the same now, without letting it call: it stays silent."""
    rows = AlarmPause.objects.unended().filter(unit=unit, alarm=alarm_id)
    for pause in rows.select_for_update(of=("self",), no_key=True):
        pause.ended_at, pause.ended_by_id = max(at, pause.began_at), by
        pause.save(update_fields=["ended_at", "ended_by"])
