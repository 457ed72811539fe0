"""Doing the step of an escalation that is due."""

from collections.abc import Sequence
from datetime import datetime

from audit.changes import machine_change
from audit.writes import create_all
from temperature.escalation import step_to_do
from temperature.models import Alarm, Notification, Telling
from temperature.recipients import Reached, Recipients, reached, recipients_for
from temperature.telling_rules import rules_in_force

LONGEST_WORDS = 500


def tell_alarm(*, alarm_id: int, at: datetime) -> Telling | None:
    """
    Queue a message for everybody of the step that an unacknowledged alarm has reached.

    The alarm is locked, so that each step is done once whoever does it; None when none is due.
    Source: draft Annex 11 section 8; URS-107, URS-110.
    """
    with machine_change(
        "temperature watch", action="tell_alarm", reason="A step was due"
    ) as change:
        rows = Alarm.objects.unacknowledged().loud().unpaused(at).select_related("unit")
        alarm = rows.select_for_update(of=("self",), no_key=True).filter(pk=alarm_id).first()
        if alarm is None:
            return None
        change.subject.update(alarm=alarm.pk)
        step = step_to_do(alarm, rules_in_force(), at=at)
        if step is None:
            return None
        who = recipients_for(alarm, step, at)
        ways = list(reached(who.people))
        telling = Telling(alarm=alarm, told_from=alarm.told_from, step=step, order=who.order, at=at)
        telling.words = _words(who, ways)
        telling.save(force_insert=True)
        create_all([_message(telling, way, at) for way in ways])
        alarm.escalated_to = step
        alarm.save(update_fields=["escalated_to"])
    return telling


def _words(who: Recipients, ways: Sequence[Reached]) -> str:
    """Say what went otherwise than it should; empty when everybody is reached."""
    if not who.people:
        return f"{who.words} There is nobody.".strip()
    told = {way.person.pk for way in ways}
    missed = ", ".join(person.full_name for person in who.people if person.pk not in told)
    words = f"{who.words} No channel reaches {missed}." if missed else who.words
    return words.strip()[:LONGEST_WORDS]


def _message(telling: Telling, way: Reached, at: datetime) -> Notification:
    return Notification(
        telling=telling, person=way.person, channel=way.channel, to=way.to, next_try_at=at
    )
