"""Transferring vials out of our custody for good."""

from collections.abc import Sequence
from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import signed_change
from custody.ledger import Entry
from custody.locks import lock_vials
from custody.models import CustodyEvent, EventKind
from custody.rules.statuses import refusals_to_enter
from custody.steps import leave
from inventory.models import Custody
from sop.action import Action


def transfer_vials(
    *, vial_ids: Sequence[int], receiver: str, intent: SignedIntent, at: datetime
) -> list[CustodyEvent]:
    """
    Hand custody to another organisation, signed by two people.

    receiver: who takes them over: organisation and name.
    Raises NotFound; NotAuthorised; ActionRefused (SECOND_PERSON_MISSING, WRONG_CUSTODY, VIAL_GONE).
    Source: 21 CFR 1271.290(d), (e); URS-91.
    """
    with signed_change(intent, action=Action.TRANSFER_VIALS) as change:
        vials = lock_vials(vial_ids)
        return leave(
            change,
            vials,
            action=Action.TRANSFER_VIALS,
            to=Custody.TRANSFERRED,
            rule=lambda vial: refusals_to_enter(vial, Custody.TRANSFERRED),
            entry=Entry(
                kind=EventKind.TRANSFERRED, reason=intent.reason, details={"receiver": receiver}
            ),
            at=at,
            two_people=True,
        )
