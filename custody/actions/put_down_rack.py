"""Putting down a rack that was taken out of a unit that is emptied: its clock stops."""

from datetime import datetime

from audit.authors import Attribution
from audit.changes import OpenChange, attributed_change
from audit.errors import ActionRefused, Refusal, refuse_if
from audit.writes import update_all
from custody.crossings import Carried, Told, carry, lock_carried
from custody.emptying import (
    Target,
    binding,
    choose_spot,
    deferred,
    end,
    find_emptying,
    holders_in,
    list_vials_in,
    lock_going_on,
)
from custody.lifts import Reach, note_lift
from custody.models import EmptiedRack, Emptying
from custody.rules.emptying import TO_CONFIRM, not_on_the_way, refusals_to_carry_on
from custody.spots import Spot
from inventory.models import Container, Vial
from sop.action import Action
from sop.gate import admit

ALL_OUT = "Everything was moved out of it."


def put_down_rack(
    *, emptying_id: int, container_id: int, target: Target, attribution: Attribution, at: datetime
) -> EmptiedRack:
    """
    Put a rack that is on the way into a unit, a shelf or a place; back into its own unit as well.

    Where no place was scanned the unit counts, and the place is to be confirmed. Storage class,
    room, kind and warmth bind as ever; segregation that does not agree is recorded and listed.
    Whoever puts the last rack down ends the emptying.
    Raises NotFound; NotAuthorised; ActionRefused (NOT_ON_THE_WAY, CARRIED_BY_ANOTHER,
    NO_FREE_PLACE, EMPTYING_ENDED, POSITION_*, CONTAINER_RETIRED, WRONG_KIND, WRONG_STORAGE,
    UNIT_TOO_WARM, and what the gate refuses).
    Source: REQUIREMENTS B5, scenario 10; URS-89, URS-105, URS-106, URS-112.
    """
    with attributed_change(attribution, action="put_down_rack") as change:
        emptying, holders = find_emptying(emptying_id), holders_in(target)
        carried = lock_carried(container_id, holders)
        moved = carried.moved
        change.subject.update(container=moved.code, unit=emptying.unit.code)
        row = _on_the_way(emptying, moved)
        others = refusals_to_carry_on(row, attribution.actor, takes_over=False)
        row.put_down_by_id, row.put_down_at = attribution.actor.pk, at
        if target.container_id == emptying.unit_id:
            _bring_back(change, carried, row, others, at=at)
        else:
            spot, standing = choose_spot(carried, target, holders)
            admit(change, Action.MOVE_CONTAINER, carried.scope_to(spot.site_id))
            found = carried.refusals_at(spot, standing)
            refuse_if(others + binding(found))
            row.deferred = deferred(found)
            told = _told(row, attribution.reason, is_sure=target.position_id is not None)
            _put(change, carried, row, spot, told, at=at)
        update_all([row], WRITTEN)
        _tell_the_deviation(change, carried, row, at)
        return row


WRITTEN = (
    *("put_down_by", "put_down_at", "to_unit", "place", "deferred"),
    *("confirmed_by", "confirmed_at"),
)


def _on_the_way(emptying: Emptying, moved: Container) -> EmptiedRack:
    """
    Lock the rack's own row.

    Raises ActionRefused (NOT_ON_THE_WAY, EMPTYING_ENDED).
    """
    rows = EmptiedRack.objects.filter(
        emptying=emptying, container=moved, put_down_at__isnull=True
    ).select_related("container", "carried_by", "emptying")
    row = rows.select_for_update(of=("self",), no_key=True).first()
    if row is None:
        raise ActionRefused([not_on_the_way(emptying, moved)])
    return row


def _bring_back(
    change: OpenChange,
    carried: Carried,
    row: EmptiedRack,
    refusals: list[Refusal],
    *,
    at: datetime,
) -> None:
    moved = carried.moved
    admit(change, Action.MOVE_CONTAINER, carried.scope_to(moved.site_id))
    refuse_if(refusals)
    row.to_unit_id, row.place = moved.unit_id, carried.was[moved.pk]
    row.confirmed_by_id, row.confirmed_at = row.put_down_by_id, at
    held = [] if moved.position_id is None else [moved.position_id]
    _stop_the_clock(change, Reach.BACK, row, held, at)


def _told(row: EmptiedRack, reason: str, *, is_sure: bool) -> Told:
    """Say what the events tell; a place that was scanned is confirmed with it."""
    if is_sure:
        row.confirmed_by_id, row.confirmed_at = row.put_down_by_id, row.put_down_at
    open_place = {} if is_sure else {TO_CONFIRM: row.emptying_id}
    return Told(reason=reason, details={"emptying": row.emptying_id, **open_place})


def _put(
    change: OpenChange, carried: Carried, row: EmptiedRack, spot: Spot, told: Told, *, at: datetime
) -> None:
    moved = carried.moved
    row.to_unit_id, row.place = spot.unit_id, spot.place
    places = [spot.position.pk, *filter(None, [moved.position_id])]
    _stop_the_clock(change, Reach.PASSING, row, places, at)
    carry(change, carried, spot, told, at=at)


def _stop_the_clock(
    change: OpenChange, reach: Reach, row: EmptiedRack, places: list[int], at: datetime
) -> None:
    since, containers = row.taken_out_at, [row.container_id]
    note_lift(change, reach, positions=places, containers=containers, at=at, out_since=since)


def _tell_the_deviation(
    change: OpenChange, carried: Carried, row: EmptiedRack, at: datetime
) -> None:
    """List what came in meanwhile; after the last rack, end it."""
    emptying = lock_going_on(row.emptying_id)
    list_vials_in(carried.moved.path, emptying.deviation_id)
    if emptying.ended_at is None and not Vial.objects.under(emptying.unit.path).exists():
        end(change, emptying, reason=ALL_OUT, at=at)
