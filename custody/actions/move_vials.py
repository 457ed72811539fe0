"""Moving stored vials to other positions."""

from collections.abc import Sequence
from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.constraints import refused_by
from audit.errors import refuse_if
from custody.actions.place_vials import TAKEN_MEANWHILE, Placement, refusals_of_a_repeat
from custody.ledger import Entry, snapshot, write
from custody.locks import lock_containers_of, lock_positions, lock_vials
from custody.models import CustodyEvent, EventKind
from custody.rules.placing import refusals_to_move
from custody.spots import spots
from custody.steps import sites_of, stand_at
from sop.action import Action
from sop.authority import require_authority


def move_vials(
    *, placements: Sequence[Placement], attribution: Attribution, at: datetime
) -> list[CustodyEvent]:
    """
    Move stored vials, all or none, and append MOVED to each chain of custody.

    Raises NotFound; NotAuthorised; ActionRefused (VIAL_NOT_STORED, SAME_POSITION, WRONG_*,
    POSITION_*).
    Source: REQUIREMENTS B3; URS-89, URS-106.
    """
    with attributed_change(attribution, action=Action.MOVE_VIALS) as change:
        keys = [placement.position_id for placement in placements]
        lock_containers_of(keys)
        positions = lock_positions(keys)
        vials = lock_vials(placement.vial_id for placement in placements)
        around = spots(list(positions.values()))
        change.subject.update(vials=[vial.code for vial in vials])
        require_authority(
            attribution.actor,
            Action.MOVE_VIALS,
            programs={vial.program_id for vial in vials},
            sites={spot.site_id for spot in around.values()} | sites_of(vials),
        )
        refuse_if(refusals_of_a_repeat(placements))
        wanted = {placement.vial_id: around[placement.position_id] for placement in placements}
        refuse_if([r for vial in vials for r in refusals_to_move(vial, wanted[vial.pk])])
        before = snapshot(vials)
        for vial in vials:
            stand_at(vial, wanted[vial.pk].position)
        entry = Entry(
            kind=EventKind.MOVED,
            reason=attribution.reason,
            codes={p.vial_id: (wanted[p.vial_id].place[:60], p.scanned_place) for p in placements},
        )
        with refused_by("inventory_one_vial_per_position", TAKEN_MEANWHILE):
            return write(change, vials, before, entry, at=at)
