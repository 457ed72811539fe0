"""Confirming that vials reached the clinic."""

from collections.abc import Sequence
from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import signed_change
from custody.ledger import Entry
from custody.locks import lock_vials
from custody.models import CustodyEvent, EventKind
from custody.rules.late import LateEntry
from custody.rules.leaving import refusals_to_arrive
from custody.steps import leave
from inventory.models import Custody
from sop.action import Action


def confirm_arrival(
    *,
    vial_ids: Sequence[int],
    receiver: str,
    arrival_celsius: str,
    intent: SignedIntent,
    at: datetime,
    late: LateEntry | None = None,
) -> list[CustodyEvent]:
    """
    Record that a named receiver took vials over at the clinic.

    receiver: the name of the person at the clinic, as they gave it.
    arrival_celsius: what the shipper's logger showed, in °C, as text for the record.
    late: when it was done, where it is entered afterwards, by two people.
    Raises NotFound; NotAuthorised; ActionRefused (NOT_IN_TRANSIT, LATE_*).
    Source: REQUIREMENTS B8, B10; URS-91.
    """
    with signed_change(intent, action=Action.CONFIRM_ARRIVAL) as change:
        vials = lock_vials(vial_ids)
        return leave(
            change,
            vials,
            action=Action.CONFIRM_ARRIVAL,
            to=Custody.AT_CLINIC,
            rule=refusals_to_arrive,
            entry=Entry(
                kind=EventKind.ARRIVED,
                reason=intent.reason,
                details={"receiver": receiver, "arrival_celsius": arrival_celsius},
            ),
            at=at,
            late=late,
        )
