"""Moving a container with everything inside it."""

from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import refuse_if
from custody.crossings import Told, carry, lock_carried, standing_at
from custody.lifts import Reach, note_lift
from custody.locks import lock_positions
from custody.spots import spots
from inventory.models import Container
from sop.action import Action
from sop.gate import admit


def move_container(
    *, container_id: int, to_position_id: int, attribution: Attribution, at: datetime
) -> Container:
    """
    Move a container; every vial inside gets its own event, and its stay goes on in the new unit.

    Raises NotFound; NotAuthorised; ActionRefused (IS_A_UNIT, SAME_POSITION, INSIDE_ITSELF,
    POSITION_*, CONTAINER_RETIRED, WRONG_*, UNIT_TOO_WARM).
    Source: REQUIREMENTS B3; FIELD 4.4; URS-89, URS-106.
    """
    with attributed_change(attribution, action=Action.MOVE_CONTAINER) as change:
        change.subject.update(container=container_id, to_position=to_position_id)
        holders = Container.objects.filter(positions=to_position_id).values_list("pk", flat=True)
        carried = lock_carried(container_id, holders)
        moved = carried.moved
        to = lock_positions([to_position_id])[to_position_id]
        spot = spots([to])[to.pk]
        admit(change, Action.MOVE_CONTAINER, carried.scope_to(spot.site_id))
        other = standing_at(to_position_id)
        refuse_if(carried.refusals_at(spot, "" if other is None else other.name))
        places = [to_position_id, *filter(None, [moved.position_id])]
        note_lift(change, Reach.PASSING, positions=places, containers=[container_id], at=at)
        carry(change, carried, spot, Told(reason=attribution.reason), at=at)
        return moved
