"""Sending one message that is due, of one alarm or of many."""

from collections.abc import Sequence
from datetime import datetime

from audit.changes import machine_change
from audit.posting import wait_after
from audit.writes import update_all
from temperature.channel_states import begin_channel_state
from temperature.channels.adapter import NotTold
from temperature.channels.registry import send, way_of
from temperature.gathering import NEEDED, due, going_with
from temperature.models import Notification, NotificationStatus
from temperature.recipients import reached
from temperature.words_of_alarms import message_of

FIELDS = ["tries", "status", "last_error", "next_try_at", "sent_at", "gathered_in"]


def send_notification(*, at: datetime) -> bool:
    """
    Send the gravest message that is due, with what else waits for the same person by that channel.

    Returns whether there was one. Rows are locked while they are sent, and those that another
    worker holds are passed over. Whoever is killed between sending and noting it sends it again,
    never no time. When a channel fails, the next one takes over at once, and the first is tried
    again more slowly. Source: URS-107, URS-110.
    """
    if not due(at).exists():
        return False
    with machine_change(
        "temperature watch", action="send_notification", reason="A message was due"
    ) as change:
        locked = due(at).select_for_update(of=("self",), skip_locked=True)
        row = locked.select_related(*NEEDED).first()
        if row is None:
            return False
        rows = [row, *going_with(row, at=at)]
        change.subject.update(alarm=row.telling.alarm_id)
        if len(rows) > 1:
            change.subject.update(alarms=[each.telling.alarm_id for each in rows])
        _send(rows, at)
        update_all(rows, FIELDS)
    return True


def _send(rows: Sequence[Notification], at: datetime) -> None:
    """Send one message for all rows, the gravest first, and say of each what became of it."""
    first = rows[0]
    fault: Exception | None = None
    try:
        send(first.channel, message_of(first, with_=rows[1:], at=at))
    except Exception as found:  # noqa: BLE001 - whatever it was, it is kept and tried again
        fault = found
    for row in rows:
        row.tries += 1
        if fault is None:
            _is_sent(row, at)
            row.gathered_in = None if row is first else first
        else:
            row.status, row.last_error = NotificationStatus.FAILED, _in_words(fault)
            row.next_try_at = at + wait_after(row.tries)
            _let_the_next_take_over(row, at)


def _is_sent(row: Notification, at: datetime) -> None:
    arrives = way_of(row.channel).arrives
    row.status = NotificationStatus.ARRIVED if arrives else NotificationStatus.SENT
    row.last_error, row.sent_at = "", at


def _in_words(fault: Exception) -> str:
    """Say why a message did not go; words that nobody foresaw might hold what was sent."""
    if isinstance(fault, NotTold):
        return fault.words[:500]
    return f"It failed for a reason that nobody foresaw ({type(fault).__name__})."


def _let_the_next_take_over(row: Notification, at: datetime) -> None:
    """Queue the same for the same person by a channel that was not tried, and try the first."""
    begin_channel_state(row.channel, at=at)
    tried = Notification.objects.filter(telling=row.telling, person=row.person)
    if hasattr(row, "stand_in"):
        return
    for way in reached([row.person], but=list(tried.values_list("channel", flat=True))):
        stand_in = Notification(
            telling=row.telling, person=row.person, channel=way.channel, to=way.to, next_try_at=at
        )
        stand_in.stands_in_for = row
        stand_in.save(force_insert=True)
