"""Marking what has expired, by the clock."""

from datetime import datetime

from audit.changes import machine_change
from custody.ledger import Entry, snapshot, write
from custody.locks import lock_vials
from custody.models import CustodyEvent, EventKind
from custody.status import QUALITY_TRANSITIONS
from inventory.models import GONE, Quality, Vial

MAY_EXPIRE = [quality for quality, to in QUALITY_TRANSITIONS.items() if Quality.EXPIRED in to]
AT_ONCE = 1000
REASON = "Expiry reached"


def expire_vials(*, at: datetime) -> list[CustodyEvent]:
    """
    Set every vial whose time has come to EXPIRED, at most a thousand in one Change.

    The gate reads the clock itself, so nothing leaves in the minute before this runs.
    Source: 21 CFR 1271.260(c); URS-103.
    """
    due = Vial.objects.filter(expires_at__lte=at, quality__in=MAY_EXPIRE).exclude(custody__in=GONE)
    keys = list(due.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    if not keys:
        return []
    with machine_change("expiry clock", action="expire_vials", reason=REASON) as change:
        vials = [vial for vial in lock_vials(keys) if vial.quality in MAY_EXPIRE]
        before = snapshot(vials)
        for vial in vials:
            vial.quality = Quality.EXPIRED
        return write(change, vials, before, Entry(kind=EventKind.EXPIRED, reason=REASON), at=at)
