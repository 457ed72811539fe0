"""Sending one security notice that is due."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import DeliveryStatus, NoticeDelivery
from accounts.notifications import send
from audit.changes import machine_change
from audit.posting import wait_after


def deliver_notice(*, at: datetime) -> bool:
    """
    Send the delivery that has waited longest; return whether there was one.

    The row is locked while it is sent, and rows that another worker holds are passed over. What
    does not arrive is tried again, after twice the time, until somebody acknowledges the notice.
    Source: 21 CFR 11.300(d); URS-69, URS-110.
    """
    if not _due(at).exists():
        return False
    with machine_change("scheduler", action="deliver_notice", reason="A security notice is due"):
        rows = _due(at).select_for_update(of=("self",), skip_locked=True)
        delivery = rows.select_related("notice").order_by("next_try_at", "pk").first()
        if delivery is None:
            return False
        delivery.tries += 1
        try:
            send(delivery, at=at)
        except Exception as fault:  # noqa: BLE001 - whatever it was, it is kept and tried again
            delivery.status = DeliveryStatus.FAILED
            delivery.last_error = f"{type(fault).__name__}: {fault}"[:500]
            delivery.next_try_at = at + wait_after(delivery.tries)
        else:
            delivery.status = DeliveryStatus.SENT
            delivery.last_error, delivery.sent_at = "", at
        delivery.save(update_fields=["tries", "status", "last_error", "next_try_at", "sent_at"])
    return True


def _due(at: datetime) -> QuerySet[NoticeDelivery]:
    return NoticeDelivery.objects.filter(
        next_try_at__lte=at, notice__acknowledged_at__isnull=True
    ).exclude(status=DeliveryStatus.SENT)
