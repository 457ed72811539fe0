"""Saying that a rack or box is taken out: its clock runs from now on."""

from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import Refusal, refuse_if
from custody.lifts import Reach, note_lift
from custody.locks import lock_containers
from inventory.models import Container, Vial
from sop.action import Action
from sop.authority import require_authority

IS_A_UNIT = Refusal("IS_A_UNIT", "A freezer or tank stays where it is: scan the rack or the box.")
IS_OUT = Refusal("OUT_ALREADY", "It is out already: its clock runs. Nothing was changed.")


def lift_container(*, container_id: int, attribution: Attribution, at: datetime) -> Container:
    """
    Record that a container is taken out with everything in it; moving it or its return ends it.

    Raises NotFound; NotAuthorised; ActionRefused (IS_A_UNIT, OUT_ALREADY).
    Source: REQUIREMENTS B3, B5, scenario 10; URS-105, URS-112.
    """
    with attributed_change(attribution, action="lift_container") as change:
        [taken] = lock_containers([container_id])
        change.subject.update(container=taken.code)
        require_authority(
            attribution.actor,
            Action.MOVE_CONTAINER,
            programs=set(Vial.objects.under(taken.path).values_list("program", flat=True)),
            sites=[taken.site_id],
        )
        if taken.position_id is None:
            refuse_if([IS_A_UNIT])
        held = [] if taken.position_id is None else [taken.position_id]
        noted = note_lift(change, Reach.OUT, positions=held, containers=[taken.pk], at=at)
        refuse_if([] if noted else [IS_OUT])
        return taken
