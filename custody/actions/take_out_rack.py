"""Taking a rack out of a unit that is emptied: its clock runs."""

from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.constraints import refused_by
from audit.errors import Refusal, refuse_if
from audit.writes import update_all
from custody.emptying import find_emptying, racks_of
from custody.lifts import Reach, note_lift
from custody.locks import lock_containers
from custody.models import EmptiedRack, Emptying
from custody.rules.emptying import refusals_to_carry_on, refusals_to_take_out
from inventory.models import Container, Vial
from sop.action import Action
from sop.authority import require_authority

TAKEN_THIS_MOMENT = Refusal(
    "CARRIED_BY_ANOTHER", "Somebody took it out a moment ago. Scan the next rack."
)


def take_out_rack(
    *,
    emptying_id: int,
    container_id: int,
    attribution: Attribution,
    at: datetime,
    takes_over: bool = False,
) -> EmptiedRack:
    """
    Take a rack or box out of the unit that is emptied, with everything in it.

    What the person took out before is in hand again by this. takes_over: somebody else took it
    out and handed it on. Which procedure applies the gate asks when it is put down.
    Raises NotFound; NotAuthorised; ActionRefused (EMPTYING_ENDED, FOREIGN_RACK, MOVED_ALREADY,
    NOT_TAKEN_OUT, GOES_WITH_ANOTHER, CARRIED_BY_ANOTHER).
    Source: REQUIREMENTS B5, scenario 10; URS-105, URS-112.
    """
    with attributed_change(attribution, action="take_out_rack") as change:
        [taken] = lock_containers([container_id])
        emptying = find_emptying(emptying_id)
        change.subject.update(container=taken.code, unit=emptying.unit.code)
        require_authority(
            attribution.actor,
            Action.MOVE_CONTAINER,
            programs=set(Vial.objects.under(taken.path).values_list("program", flat=True)),
            sites=[taken.site_id],
        )
        row = _on_the_way(emptying, taken)
        if row is not None:
            refuse_if(refusals_to_carry_on(row, attribution.actor, takes_over=takes_over))
            row.carried_by_id, row.carried_at = attribution.actor.pk, at
            update_all([row], ["carried_by", "carried_at"])
            return row
        refuse_if(refusals_to_take_out(emptying, taken, racks_of(emptying)))
        row = _first_out(emptying, taken, by=attribution.actor.pk, at=at)
        held = [] if taken.position_id is None else [taken.position_id]
        note_lift(change, Reach.OUT, positions=held, containers=[taken.pk], at=at)
        return row


def _on_the_way(emptying: Emptying, taken: Container) -> EmptiedRack | None:
    rows = EmptiedRack.objects.filter(
        emptying=emptying, container=taken, put_down_at__isnull=True
    ).select_related("container", "carried_by")
    return rows.select_for_update(of=("self",), no_key=True).first()


def _first_out(emptying: Emptying, taken: Container, *, by: int, at: datetime) -> EmptiedRack:
    row = EmptiedRack(
        emptying=emptying,
        container=taken,
        vials=Vial.objects.under(taken.path).count(),
        taken_out_by_id=by,
        taken_out_at=at,
        carried_by_id=by,
        carried_at=at,
    )
    with refused_by("custody_rack_is_carried_once", TAKEN_THIS_MOMENT):
        row.save(force_insert=True)
    return row
