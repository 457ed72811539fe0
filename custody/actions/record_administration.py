"""Recording that a patient was given a dose."""

from collections.abc import Sequence
from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import signed_change
from custody.ledger import Entry
from custody.locks import lock_vials
from custody.models import CustodyEvent, EventKind
from custody.rules.late import LateEntry
from custody.rules.statuses import refusals_to_enter
from custody.steps import leave
from inventory.models import Custody
from sop.action import Action


def record_administration(
    *,
    vial_ids: Sequence[int],
    reference: str,
    intent: SignedIntent,
    at: datetime,
    late: LateEntry | None = None,
) -> list[CustodyEvent]:
    """
    Record the one disposition a dose is made for: it was given to its patient.

    reference: the clinic's record of the administration.
    late: when it was done, where it is entered afterwards, by two people.
    Raises NotFound; NotAuthorised; ActionRefused (WRONG_CUSTODY, VIAL_GONE, LATE_*).
    Source: 21 CFR 1271.290(e); URS-91.
    """
    with signed_change(intent, action=Action.RECORD_ADMINISTRATION) as change:
        vials = lock_vials(vial_ids)
        return leave(
            change,
            vials,
            action=Action.RECORD_ADMINISTRATION,
            to=Custody.ADMINISTERED,
            rule=lambda vial: refusals_to_enter(vial, Custody.ADMINISTERED),
            entry=Entry(
                kind=EventKind.ADMINISTERED, reason=intent.reason, details={"reference": reference}
            ),
            at=at,
            late=late,
        )
