"""Saying that a rack or box is back in its cold place: its clock stops."""

from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import Refusal, refuse_if
from custody.lifts import Reach, note_lift
from custody.locks import lock_containers
from inventory.models import Container, Vial
from sop.action import Action
from sop.authority import require_authority

NOT_OUT = Refusal("NOT_OUT", "It is not out by the record: it is back, or its time has run out.")


def return_container(*, container_id: int, attribution: Attribution, at: datetime) -> Container:
    """
    Record that a container is back where it stood, with everything in it.

    Whoever may move containers at the site and sees that it is back may say so.
    Raises NotFound; NotAuthorised; ActionRefused (NOT_OUT).
    Source: REQUIREMENTS B5; URS-105, URS-112.
    """
    with attributed_change(attribution, action="return_container") as change:
        [taken] = lock_containers([container_id])
        change.subject.update(container=taken.code)
        require_authority(
            attribution.actor,
            Action.MOVE_CONTAINER,
            programs=set(Vial.objects.under(taken.path).values_list("program", flat=True)),
            sites=[taken.site_id],
        )
        held = [] if taken.position_id is None else [taken.position_id]
        noted = note_lift(change, Reach.BACK, positions=held, containers=[taken.pk], at=at)
        refuse_if([] if noted else [NOT_OUT])
        return taken
