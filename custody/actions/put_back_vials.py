"""Putting vials that were out back into storage."""

from collections.abc import Sequence
from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import refuse_if
from custody.claimed import picked_for, reopen_what_is_back
from custody.ledger import Entry
from custody.models import CustodyEvent, EventKind
from custody.placements import (
    Placement,
    lock_ground,
    refusals_of_a_repeat,
    refusals_of_warmth,
    stand,
)
from custody.rules.placing import refusals_to_go_back
from custody.steps import free_kept_places, of_each
from custody.time_alarms import end_time_out
from custody.time_out import seconds_out
from sop.action import Action
from sop.gate import admit


def put_back_vials(
    *, placements: Sequence[Placement], attribution: Attribution, at: datetime
) -> list[CustodyEvent]:
    """
    Put vials back into storage; the time they were out is kept with the event.

    An order of which nothing is out any more is open again.
    Raises NotFound; NotAuthorised; ActionRefused (NOT_OUT, WRONG_*, POSITION_*,
    CONTAINER_RETIRED, UNIT_TOO_WARM).
    Source: REQUIREMENTS B5, B8; URS-89, URS-106.
    """
    with attributed_change(attribution, action=Action.PUT_BACK_VIALS) as change:
        picked = picked_for([placement.vial_id for placement in placements])
        ground = lock_ground(placements, also=picked.orders)
        change.subject.update(vials=[vial.code for vial in ground.vials])
        admit(change, Action.PUT_BACK_VIALS, ground.scope)
        refuse_if(
            refusals_of_a_repeat(placements)
            + refusals_of_warmth(ground)
            + of_each(ground.vials, lambda vial: refusals_to_go_back(vial, ground.spot_for(vial)))
        )
        lasted, orders = seconds_out(ground.vials, at), picked.details
        entry = Entry(
            kind=EventKind.PUT_BACK,
            reason=attribution.reason,
            each={key: lasted.get(key, {}) | orders.get(key, {}) for key in ground.placements},
        )
        events = stand(change, ground, entry, at=at)
        free_kept_places(ground.vials)
        end_time_out(ground.placements, at=at)
        reopen_what_is_back(change, picked, [*ground.vials, *ground.others], at=at)
        return events
