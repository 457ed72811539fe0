"""Holding vials for a failed step of a procedure; `sop` asks for it without knowing of holds."""

from collections.abc import Sequence
from datetime import datetime

from audit.changes import OpenChange
from custody.holds import hold_vials, lock_with_parts
from custody.models import HoldScope
from inventory.models import Vial


def hold_for_a_failed_step(
    change: OpenChange, vial_ids: Sequence[int], reason: str, at: datetime
) -> None:
    """Put these vials and what was split from them under one hold, in the Change that is open."""
    vials = lock_with_parts(Vial.objects.filter(pk__in=vial_ids))
    if vials:
        subject = " ".join(vial.code for vial in vials)
        hold_vials(change, vials, scope=HoldScope.VIALS, subject=subject, reason=reason, at=at)
