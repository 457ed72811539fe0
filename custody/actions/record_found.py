"""Recording that missing vials were found."""

from collections.abc import Sequence
from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from custody.ledger import Entry, snapshot
from custody.models import CustodyEvent, EventKind
from custody.placements import Placement, lock_ground, refusals_of_a_repeat, stand
from custody.rules.placing import refusals_to_be_found
from custody.steps import back_to_quarantine, free_kept_places, of_each
from sop.action import Action
from sop.gate import admit


def record_found(
    *, placements: Sequence[Placement], intent: SignedIntent, at: datetime
) -> list[CustodyEvent]:
    """
    Record where missing vials stand, signed by QA; nobody knows how they fared: quarantine.

    Raises NotFound; NotAuthorised; ActionRefused (NOT_MISSING, WRONG_*, POSITION_*,
    CONTAINER_RETIRED).
    Source: REQUIREMENTS B8, scenario 4; URS-113.
    """
    with signed_change(intent, action=Action.RECORD_FOUND) as change:
        ground = lock_ground(placements)
        change.subject.update(vials=[vial.code for vial in ground.vials])
        admit(change, Action.RECORD_FOUND, ground.scope)
        before = snapshot(ground.vials)
        back_to_quarantine(ground.vials)
        refuse_if(
            refusals_of_a_repeat(placements)
            + of_each(ground.vials, lambda vial: refusals_to_be_found(vial, ground.spot_for(vial)))
        )
        entry = Entry(kind=EventKind.FOUND, reason=intent.reason)
        events = stand(change, ground, entry, at=at, before=before)
        free_kept_places(ground.vials)
        change.sign(events)
        return events
