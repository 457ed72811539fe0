"""Discarding vials, witnessed."""

from collections.abc import Sequence
from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import signed_change
from custody.ledger import Entry
from custody.locks import lock_vials
from custody.models import CustodyEvent, EventKind
from custody.rules.late import LateEntry
from custody.rules.leaving import refusals_to_discard
from custody.steps import leave
from inventory.models import Custody
from sop.action import Action


def discard_vials(
    *,
    vial_ids: Sequence[int],
    method: str,
    manifest: str,
    intent: SignedIntent,
    at: datetime,
    late: LateEntry | None = None,
) -> list[CustodyEvent]:
    """
    Discard vials that quality has rejected, signed by the performer and a witness.

    method: how they are made harmless. manifest: the number of the waste manifest.
    late: when it was done, where it is entered afterwards.
    Raises NotFound; NotAuthorised; ActionRefused (SECOND_PERSON_MISSING, DISCARD_NOT_APPROVED,
    WRONG_CUSTODY, VIAL_GONE, LATE_*).
    Source: REQUIREMENTS B8, B9; URS-91.
    """
    with signed_change(intent, action=Action.DISCARD_VIALS) as change:
        vials = lock_vials(vial_ids)
        return leave(
            change,
            vials,
            action=Action.DISCARD_VIALS,
            to=Custody.DISCARDED,
            rule=refusals_to_discard,
            entry=Entry(
                kind=EventKind.DISCARDED,
                reason=intent.reason,
                details={"method": method, "manifest": manifest},
            ),
            at=at,
            two_people=True,
            late=late,
        )
