"""Taking vials back from a courier or a clinic."""

from collections.abc import Sequence
from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from custody.late import as_entered, done_at, late_refusals
from custody.ledger import Entry, snapshot, write
from custody.locks import lock_vials
from custody.models import CustodyEvent, EventKind
from custody.rules.late import LateEntry
from custody.rules.statuses import refusals_to_enter
from custody.steps import admit_over, back_to_quarantine, hand_to, of_each
from inventory.models import Custody
from sop.action import Action


def return_vials(
    *,
    vial_ids: Sequence[int],
    condition: str,
    intent: SignedIntent,
    at: datetime,
    late: LateEntry | None = None,
) -> list[CustodyEvent]:
    """
    Take vials back; what could be given to a patient is in quarantine until QA has decided.

    What is rejected, expired or recalled stays so: it is barred already, and more strictly.

    condition: what was found on opening: seal, trace, packaging.
    late: when it was done, where it is entered afterwards, by two people.
    Raises NotFound; NotAuthorised; ActionRefused (WRONG_CUSTODY, VIAL_GONE, LATE_*).
    Source: 21 CFR 1271.265(f); URS-102.
    """
    with signed_change(intent, action=Action.RETURN_VIALS) as change:
        vials = lock_vials(vial_ids)
        change.subject.update(vials=[vial.code for vial in vials])
        admit_over(change, Action.RETURN_VIALS, vials)
        refuse_if(
            of_each(vials, lambda vial: refusals_to_enter(vial, Custody.RETURNED))
            + late_refusals(late, vials, intent=intent, at=at)
        )
        before = snapshot(vials)
        hand_to(change, vials, Custody.RETURNED)
        back_to_quarantine(vials)
        entry = Entry(
            kind=EventKind.RETURNED, reason=intent.reason, details={"condition": condition}
        )
        events = write(change, vials, before, as_entered(entry, late), at=done_at(late, at))
        change.sign(events)
        return events
