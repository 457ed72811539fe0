"""Confirming at which place a rack stands that was carried in an emergency."""

from datetime import datetime

from django.db.models import Q

from audit.authors import Attribution
from audit.changes import OpenChange, attributed_change
from audit.errors import Refusal, refuse_if
from audit.writes import update_all
from custody.crossings import Carried, Told, carried_of, carry, standing_at
from custody.emptying import binding, deferred, find_rack
from custody.locks import lock_containers, lock_positions
from custody.models import EmptiedRack, EventKind
from custody.rules.emptying import TO_CONFIRM, refusals_to_confirm
from custody.spots import Spot, spots
from inventory.models import Container, Position
from sop.action import Action
from sop.gate import admit

OTHERS_PLACE = "It is recorded at another place until its own is confirmed"


def confirm_rack_place(
    *, rack_id: int, position_id: int, attribution: Attribution, at: datetime
) -> EmptiedRack:
    """
    Record at which place of its unit a rack stands; nothing is lifted by this.

    Another rack that is recorded there without being confirmed takes the place that this leaves.
    Raises NotFound; NotAuthorised; ActionRefused (ON_THE_WAY, CONFIRMED_ALREADY, OTHER_UNIT,
    POSITION_*, CONTAINER_RETIRED, WRONG_KIND, WRONG_STORAGE, and what the gate refuses).
    Source: REQUIREMENTS B3, B7, scenario 10; URS-89, URS-106.
    """
    with attributed_change(attribution, action="confirm_rack_place") as change:
        key = find_rack(rack_id).container_id
        rows = {row.pk: row for row in lock_containers({key, *_around(position_id)})}
        carried = carried_of(rows[key])
        row = find_rack(rack_id)
        change.subject.update(container=carried.moved.code, to_position=position_id)
        to = lock_positions([position_id])[position_id]
        spot = spots([to])[to.pk]
        admit(change, Action.MOVE_CONTAINER, carried.scope_to(spot.site_id))
        refuse_if(refusals_to_confirm(row, spot.unit_id, spot.place))
        waiting = _waiting_at(position_id, row)
        other = None if waiting is None else rows.get(waiting.container_id)
        found = _refusals(carried, spot, is_free=other is not None)
        refuse_if(binding(found))
        if carried.moved.position_id != position_id:
            row.deferred = deferred(found)
        row.place = spot.place
        row.confirmed_by_id, row.confirmed_at = attribution.actor.pk, at
        update_all([row], ["deferred", "place", "confirmed_by", "confirmed_at"])
        told = _confirmed(spot, attribution.reason)
        left = carried.moved.position_id
        if waiting is not None and other is not None:
            _lift_off(other)
        carry(change, carried, spot, told, at=at)
        if waiting is not None and other is not None and left is not None:
            _let_wait(change, waiting, other, left, at)
        return row


def _around(position_id: int) -> set[int]:
    """Return what has this position, and what stands there by the record."""
    rows = Container.objects.filter(Q(positions=position_id) | Q(position=position_id))
    return set(rows.values_list("pk", flat=True))


def _confirmed(spot: Spot, reason: str) -> Told:
    details = {"stands_at": spot.place}
    return Told(kind=EventKind.PLACE_CONFIRMED, reason=reason, details=details)


def _refusals(carried: Carried, spot: Spot, *, is_free: bool) -> list[Refusal]:
    """Say what speaks against this place; that it stands there by the record is none."""
    other = standing_at(spot.position.pk)
    stands = is_free or other is None or other.pk == carried.moved.pk
    standing = "" if stands or other is None else other.name
    return [each for each in carried.refusals_at(spot, standing) if each.code != "SAME_POSITION"]


def _waiting_at(position_id: int, row: EmptiedRack) -> EmptiedRack | None:
    """Return another rack whose own place is to be confirmed, and that is recorded there."""
    rows = EmptiedRack.objects.filter(
        container__position=position_id, put_down_at__isnull=False, confirmed_at__isnull=True
    )
    return rows.exclude(container=row.container_id).order_by("-pk").first()


def _lift_off(other: Container) -> None:
    """Free the place at which another rack is recorded, for the rack that stands there."""
    other.position = None
    update_all([other], ["position"])


def _let_wait(
    change: OpenChange, waiting: EmptiedRack, other: Container, left: int, at: datetime
) -> None:
    """Record another rack at the place that was left, until its own is confirmed."""
    free = Position.objects.select_related("container").get(pk=left)
    spot = spots([free])[free.pk]
    told = Told(reason=OTHERS_PLACE, details={TO_CONFIRM: waiting.emptying_id})
    carry(change, carried_of(other), spot, told, at=at)
    waiting.place = spot.place
    update_all([waiting], ["place"])
