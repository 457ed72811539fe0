"""Placing received vials in storage by scanning."""

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
from custody.rules.placing import refusals_to_place
from custody.steps import of_each
from custody.time_alarms import end_time_out
from custody.time_out import seconds_out
from sop.action import Action
from sop.gate import admit


def place_vials(
    *,
    placements: Sequence[Placement],
    attribution: Attribution,
    at: datetime,
    expected_therapy_id: int | None = None,
) -> list[CustodyEvent]:
    """
    Place vials that were received, all or none, and append PLACED to each chain of custody.

    The ledger keeps how long each was on its way since its receipt.

    expected_therapy_id: the patient's treatment that is being put away, when there is one.
    Raises NotFound; NotAuthorised; ActionRefused (VIAL_*, NOT_RECEIVED, WAS_OUT, WRONG_*,
    POSITION_*, CONTAINER_RETIRED, UNIT_TOO_WARM).
    Source: REQUIREMENTS B3, B5, B8; URS-89, URS-106, URS-112.
    """
    with attributed_change(attribution, action=Action.PLACE_VIALS) as change:
        change.subject.update(
            scanned=[[placement.scanned_vial, placement.scanned_place] for placement in placements],
            expected_therapy=expected_therapy_id,
        )
        ground = lock_ground(placements)
        admit(change, Action.PLACE_VIALS, ground.scope)
        refuse_if(
            refusals_of_a_repeat(placements)
            + refusals_of_warmth(ground)
            + of_each(
                ground.vials,
                lambda vial: refusals_to_place(
                    vial, ground.spot_for(vial), expected_therapy_id=expected_therapy_id
                ),
            )
        )
        entry = Entry(
            kind=EventKind.PLACED, reason=attribution.reason, each=seconds_out(ground.vials, at)
        )
        events = stand(change, ground, entry, at=at)
        end_time_out(ground.placements, at=at)
        return events
