"""Letting silenced alarms call again, by the clock."""

from datetime import datetime

from audit.changes import machine_change
from temperature.models import AlarmPause
from temperature.silencing import locked_pause, rearm


def end_due_pause(*, pause_id: int, at: datetime) -> AlarmPause:
    """
    End a pause whose time is up; what is open calls again. One that somebody ended stays as it is.

    It silences nothing since its time was up, whether this ran or not.
    Source: URS-46, URS-109; REQUIREMENTS scenario 8.
    """
    with machine_change(
        "alarm clock", action="end_due_pause", reason="Suppression of alarms ended"
    ) as change:
        pause = locked_pause(pause_id)
        change.subject.update(pause=pause_id, unit=pause.unit.name)
        if pause.ended_at is None and pause.until <= at:
            pause.ended_at = at
            pause.save(update_fields=["ended_at"])
            rearm(pause, at=at)
        return pause
