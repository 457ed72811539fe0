"""Entering afterwards where a vial was put."""

from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from custody.claimed import picked_for, reopen_what_is_back
from custody.late import as_entered, late_refusals
from custody.ledger import Entry
from custody.models import CustodyEvent
from custody.placements import Placement, lock_ground, stand
from custody.rules.late import LateEntry
from custody.rules.placing import kind_of_storing, refusals_to_store
from custody.steps import free_kept_places
from custody.time_alarms import end_time_out
from custody.time_out import ended_picks, seconds_out
from sop.action import Action
from sop.gate import admit


def store_late(
    *, placement: Placement, late: LateEntry, intent: SignedIntent, at: datetime
) -> CustodyEvent:
    """
    Record that a vial was placed, moved or put back at an earlier time, signed by two people.

    Which of the three it was follows from where the vial was until then.
    Raises NotFound; NotAuthorised; ActionRefused (LATE_*, and whatever placing, moving or putting
    back is refused for).
    Source: 21 CFR 1271.270(a); URS-26, URS-73, URS-89, URS-106.
    """
    with signed_change(intent, action=Action.STORE_LATE) as change:
        picked = picked_for([placement.vial_id])
        ground = lock_ground([placement], also=picked.orders)
        [vial] = ground.vials
        change.subject.update(vials=[vial.code], performed_at=late.performed_at.isoformat())
        admit(change, Action.STORE_LATE, ground.scope)
        refuse_if(
            refusals_to_store(vial, ground.spot_for(vial))
            + late_refusals(late, ground.vials, intent=intent, at=at)
        )
        entry = Entry(
            kind=kind_of_storing(vial),
            reason=intent.reason,
            details=picked.details.get(vial.pk, {}),
            each=seconds_out(ground.vials, late.performed_at)
            | ended_picks({vial.pk: late.performed_at}),
        )
        events = stand(change, ground, as_entered(entry, late), at=late.performed_at)
        free_kept_places(ground.vials)
        end_time_out([vial.pk], at=at)
        reopen_what_is_back(change, picked, [vial, *ground.others], at=at)
        change.sign(events)
    return events[0]
