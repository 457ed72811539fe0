"""Recording that missing vials were found."""

from collections.abc import Sequence
from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import refuse_if
from custody.actions.place_vials import TAKEN_MEANWHILE, Placement, refusals_of_a_repeat
from custody.ledger import Entry, snapshot, write
from custody.locks import lock_containers_of, lock_positions, lock_vials
from custody.models import CustodyEvent, EventKind
from custody.rules.placing import refusals_to_be_found
from custody.spots import spots
from custody.steps import back_to_quarantine, of_each, stand_at
from sop.action import Action
from sop.authority import require_authority


def record_found(
    *, placements: Sequence[Placement], intent: SignedIntent, at: datetime
) -> list[CustodyEvent]:
    """
    Record where missing vials stand, signed by QA; nobody knows how they fared: quarantine.

    Raises NotFound; NotAuthorised; ActionRefused (NOT_MISSING, WRONG_*, POSITION_*).
    Source: REQUIREMENTS B8, scenario 4; URS-113.
    """
    with signed_change(intent, action=Action.RECORD_FOUND) as change:
        keys = [placement.position_id for placement in placements]
        lock_containers_of(keys)
        positions = lock_positions(keys)
        vials = lock_vials(placement.vial_id for placement in placements)
        around = spots(list(positions.values()))
        change.subject.update(vials=[vial.code for vial in vials])
        require_authority(
            intent.signer,
            Action.RECORD_FOUND,
            programs={vial.program_id for vial in vials},
            sites={spot.site_id for spot in around.values()},
        )
        before = snapshot(vials)
        back_to_quarantine(vials)
        wanted = {placement.vial_id: around[placement.position_id] for placement in placements}
        refuse_if(
            refusals_of_a_repeat(placements)
            + of_each(vials, lambda vial: refusals_to_be_found(vial, wanted[vial.pk]))
        )
        for vial in vials:
            stand_at(vial, wanted[vial.pk].position)
        with refused_by("inventory_one_vial_per_position", TAKEN_MEANWHILE):
            events = write(
                change, vials, before, Entry(kind=EventKind.FOUND, reason=intent.reason), at=at
            )
        change.sign(events)
        return events
