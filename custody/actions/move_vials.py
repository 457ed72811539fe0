"""Moving stored vials to other positions."""

from collections.abc import Sequence
from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import refuse_if
from custody.ledger import Entry
from custody.models import CustodyEvent, EventKind
from custody.placements import (
    Placement,
    lock_ground,
    refusals_of_a_repeat,
    refusals_of_warmth,
    stand,
)
from custody.rules.placing import refusals_to_move
from custody.steps import of_each
from custody.time_out import ended_picks
from sop.action import Action
from sop.gate import admit


def move_vials(
    *, placements: Sequence[Placement], attribution: Attribution, at: datetime
) -> list[CustodyEvent]:
    """
    Move stored vials, all or none, and append MOVED to each chain of custody.

    Raises NotFound; NotAuthorised; ActionRefused (VIAL_NOT_STORED, SAME_POSITION, WRONG_*,
    POSITION_*, CONTAINER_RETIRED, UNIT_TOO_WARM).
    Source: REQUIREMENTS B3; URS-89, URS-106.
    """
    with attributed_change(attribution, action=Action.MOVE_VIALS) as change:
        ground = lock_ground(placements)
        change.subject.update(vials=[vial.code for vial in ground.vials])
        admit(change, Action.MOVE_VIALS, ground.scope)
        refuse_if(
            refusals_of_a_repeat(placements)
            + refusals_of_warmth(ground)
            + of_each(ground.vials, lambda vial: refusals_to_move(vial, ground.spot_for(vial)))
        )
        picked = ended_picks({vial.pk: at for vial in ground.vials})
        entry = Entry(kind=EventKind.MOVED, reason=attribution.reason, each=picked)
        return stand(change, ground, entry, at=at)
