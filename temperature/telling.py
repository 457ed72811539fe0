"""Telling people of alarms: steps that are due, then messages that are due."""

from datetime import datetime

import structlog

from temperature.actions.send_notification import send_notification
from temperature.actions.tell_alarm import tell_alarm
from temperature.escalation import alarms_to_tell

log = structlog.get_logger(__name__)

MOST_AT_ONCE = 50  # messages: the next run goes on


def tell_what_is_due(*, at: datetime) -> int:
    """
    Do the steps that are due and send what waits; return how many messages were tried.

    Worker and watchdog may both do it at once: rows are locked, so each step is done and each
    message sent by one of them. What a killed one leaves, the next run finds.
    Source: URS-107, URS-110.
    """
    for alarm in alarms_to_tell(at=at):
        try:
            tell_alarm(alarm_id=alarm.pk, at=at)
        except Exception:  # one alarm never stops the others; the next run finds it again
            log.exception("alarm_not_told", alarm=alarm.pk)
    tried = 0
    while tried < MOST_AT_ONCE and send_notification(at=at):
        tried += 1
    return tried
