"""Using samples up in QC."""

from collections.abc import Sequence
from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import signed_change
from custody.ledger import Entry
from custody.locks import lock_vials
from custody.models import CustodyEvent, EventKind
from custody.rules.late import LateEntry
from custody.rules.leaving import refusals_to_consume
from custody.steps import leave
from inventory.models import Custody
from sop.action import Action


def consume_vials(
    *,
    vial_ids: Sequence[int],
    test: str,
    intent: SignedIntent,
    at: datetime,
    late: LateEntry | None = None,
) -> list[CustodyEvent]:
    """
    Record that checked-out vials were used up by a test.

    test: the test and its report number.
    late: when it was done, where it is entered afterwards, by two people.
    Raises NotFound; NotAuthorised; ActionRefused (NOT_A_SAMPLE, WRONG_CUSTODY, VIAL_GONE, LATE_*).
    Source: REQUIREMENTS B9, reconciliation; URS-91.
    """
    with signed_change(intent, action=Action.CONSUME_VIALS) as change:
        vials = lock_vials(vial_ids)
        return leave(
            change,
            vials,
            action=Action.CONSUME_VIALS,
            to=Custody.CONSUMED_QC,
            rule=refusals_to_consume,
            entry=Entry(kind=EventKind.CONSUMED, reason=intent.reason, details={"test": test}),
            at=at,
            late=late,
        )
