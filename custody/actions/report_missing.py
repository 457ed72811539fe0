"""Reporting vials missing."""

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


def report_missing(
    *, vial_ids: Sequence[int], searched: str, intent: SignedIntent, at: datetime
) -> list[CustodyEvent]:
    """
    Record that vials are not where they should be; every one is searched for from here.

    searched: where it was looked for already.
    Raises NotFound; NotAuthorised; ActionRefused (WRONG_CUSTODY, VIAL_GONE).
    Source: REQUIREMENTS B9, scenario 4; URS-113.
    """
    with signed_change(intent, action=Action.REPORT_MISSING) as change:
        vials = lock_vials(vial_ids)
        return leave(
            change,
            vials,
            action=Action.REPORT_MISSING,
            to=Custody.MISSING,
            rule=lambda vial: refusals_to_enter(vial, Custody.MISSING),
            entry=Entry(
                kind=EventKind.WENT_MISSING, reason=intent.reason, details={"searched": searched}
            ),
            at=at,
        )
