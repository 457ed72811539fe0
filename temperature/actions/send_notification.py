"""Sending one message of an alarm that is due."""

from datetime import datetime

from django.db.models import F, QuerySet

from audit.changes import machine_change
from audit.posting import wait_after
from temperature.channel_states import begin_channel_state
from temperature.channels.adapter import NotTold
from temperature.channels.registry import send, way_of
from temperature.models import Alarm, Notification, NotificationStatus
from temperature.recipients import reached
from temperature.words_of_alarms import message_of

TO_SEND = [NotificationStatus.QUEUED, NotificationStatus.FAILED]
FIELDS = ["tries", "status", "last_error", "next_try_at", "sent_at"]
NEEDED = (
    *("telling__alarm__unit__site", "telling__alarm__probe", "telling__alarm__excursion"),
    *("telling__alarm__gap", "channel", "person"),
)


def send_notification(*, at: datetime) -> bool:
    """
    Send the message that has waited longest; return whether there was one.

    The row is locked while it is sent, and rows that another worker holds are passed over. Whoever
    is killed between sending and noting it sends it again with the same id, never no time. When a
    channel fails, the next one takes over at once, and the first is tried again more slowly.
    Source: URS-107, URS-110.
    """
    if not _due(at).exists():
        return False
    with machine_change(
        "temperature watch", action="send_notification", reason="A message was due"
    ) as change:
        rows = (
            _due(at)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related(
                "telling__alarm__unit__site", "telling__alarm__probe", "channel", "person"
            )
        )
        row = rows.order_by("next_try_at", "pk").first()
        if row is None:
            return False
        change.subject.update(alarm=row.telling.alarm_id)
        row.tries += 1
        try:
            send(row.channel, message_of(row, at=at))
        except Exception as fault:  # noqa: BLE001 - whatever it was, it is kept and tried again
            row.status, row.last_error = NotificationStatus.FAILED, _in_words(fault)
            row.next_try_at = at + wait_after(row.tries)
            _let_the_next_take_over(row, at)
        else:
            arrives = way_of(row.channel).arrives
            row.status = NotificationStatus.ARRIVED if arrives else NotificationStatus.SENT
            row.last_error, row.sent_at = "", at
        row.save(update_fields=FIELDS)
    return True


def _in_words(fault: Exception) -> str:
    """Say why a message did not go; words that nobody foresaw might hold what was sent."""
    if isinstance(fault, NotTold):
        return fault.words[:500]
    return f"It failed for a reason that nobody foresaw ({type(fault).__name__})."


def _due(at: datetime) -> QuerySet[Notification]:
    """Return what waits, of alarms that nobody acknowledged, silenced, or has told anew since."""
    loud = Alarm.objects.unacknowledged().unpaused(at)
    return Notification.objects.filter(
        next_try_at__lte=at,
        status__in=TO_SEND,
        channel__retired_at__isnull=True,
        telling__alarm__in=loud,
        telling__told_from=F("telling__alarm__told_from"),
    )


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
