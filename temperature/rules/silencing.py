"""When an alarm may be acknowledged, and when alarms may be silenced; pure."""

from datetime import datetime, timedelta

from audit.errors import Refusal
from audit.local_times import in_words
from temperature.models import LONGEST_PAUSE, Alarm, AlarmCause, AlarmPause, Level

MOST_HOURS = LONGEST_PAUSE // timedelta(hours=1)
OUT_OF_BOUNDS = Refusal(
    "OUT_OF_BOUNDS",
    f"Alarms are silenced for at least a minute and at most {MOST_HOURS} hours. Sign again then.",
)
ALARM_OVER = Refusal("ALARM_OVER", "This alarm is over: there is nothing to silence.")
CLINIC_WAITS = Refusal(
    "CLINIC_WAITS", "Call the clinic and record its answer at the order: that acknowledges this."
)
PAUSE_ENDED = Refusal("PAUSE_ENDED", "This pause has ended: the alarms call already.")


def refusals_to_acknowledge(alarm: Alarm, *, shown: Level) -> list[Refusal]:
    """
    Say every reason why an alarm may not be acknowledged; empty when it may, also once it is over.

    shown: how grave it was on the screen; alarm: locked.
    Source: draft Annex 11 section 8; URS-107.
    """
    if alarm.cause == AlarmCause.CLINIC and alarm.resolved_at is None:
        return [CLINIC_WAITS]
    when = alarm.acknowledged_at
    if when is not None:
        words = (
            f"Somebody acknowledged it at {in_words(when)}. Open it again and read what they wrote."
        )
        return [Refusal("ACKNOWLEDGED_ALREADY", words)]
    if alarm.level != shown:
        now = str(Level(alarm.level).label).lower()
        words = f"It grew worse since you looked: it is {now} now. Look again, then acknowledge."
        return [Refusal("GREW_WORSE", words)]
    return []


def refusals_to_pause(alarm: Alarm | None, *, lasts: timedelta) -> list[Refusal]:
    """
    Say every reason why alarms may not be silenced for so long; empty when they may.

    alarm: locked; absent where a whole unit is silenced. Source: URS-109.
    """
    refusals = [] if timedelta(minutes=1) <= lasts <= LONGEST_PAUSE else [OUT_OF_BOUNDS]
    is_over = alarm is not None and alarm.resolved_at is not None
    return [*refusals, ALARM_OVER] if is_over else refusals


def refusals_to_end(pause: AlarmPause, *, at: datetime) -> list[Refusal]:
    """Say why a locked pause may not be ended; empty when it may."""
    return [] if pause.ended_at is None and pause.began_at <= at else [PAUSE_ENDED]
