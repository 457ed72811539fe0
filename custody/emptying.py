"""What the actions of emptying a unit share: finding rows, choosing a place, and the end."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.roles import Role
from audit.changes import OpenChange
from audit.errors import ActionRefused, NotFound, Refusal
from audit.writes import update_all
from custody.crossings import Carried, standing_at
from custody.locks import lock_positions
from custody.models import COUNT_WITHIN, EmptiedRack, Emptying
from custody.rules.emptying import (
    DEFERRED,
    NO_FREE_PLACE,
    UNKNOWN_EMPTYING,
    UNKNOWN_RACK,
    vials_in_words,
    words_of,
)
from custody.spots import Spot, spots
from inventory.models import Container, Holds, Position, PositionCondition, Vial
from sop.deviations import list_further
from sop.models import Deviation

MAY_EMPTY = frozenset({Role.SUPERVISOR, Role.QA})
TRIED = 60  # free places that are looked at for one that suits


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a rack is put: a place that was scanned, or somewhere in a unit, shelf or rack."""

    position_id: int | None = None
    container_id: int | None = None


def find_emptying(key: int) -> Emptying:
    """
    Return an emptying with its unit.

    Raises NotFound: there is none.
    """
    found = Emptying.objects.filter(pk=key).select_related("unit__type").first()
    if found is None:
        raise NotFound([UNKNOWN_EMPTYING])
    return found


def racks_of(emptying: Emptying) -> list[EmptiedRack]:
    """Return what was taken out so far, in the order in which it was."""
    rows = EmptiedRack.objects.filter(emptying=emptying).select_related(
        "emptying", "container", "to_unit", "taken_out_by", "carried_by", "put_down_by"
    )
    return list(rows.order_by("pk"))


def find_rack(key: int) -> EmptiedRack:
    """
    Return a rack that was carried.

    Raises NotFound: there is none.
    """
    rows = EmptiedRack.objects.filter(pk=key).select_related("container", "to_unit")
    found = rows.first()
    if found is None:
        raise NotFound([UNKNOWN_RACK])
    return found


def holders_in(target: Target) -> set[int]:
    """Return the containers whose places a rack may be put into, to be locked before it is."""
    if target.position_id is not None:
        rows = Container.objects.filter(positions=target.position_id)
    else:
        named = Container.objects.filter(pk=target.container_id or 0).first()
        if named is None:
            return set()
        rows = Container.objects.filter(
            path__startswith=named.path, type__holds=Holds.CONTAINER, retired_at__isnull=True
        )
    return set(rows.values_list("pk", flat=True))


def choose_spot(carried: Carried, target: Target, holders: Collection[int]) -> tuple[Spot, str]:
    """
    Return where the carried rack comes to stand, and what stands there; the holders are locked.

    The first place without any objection wins, then one at which only segregation objects.
    Raises NotFound; ActionRefused (NO_FREE_PLACE).
    """
    if target.position_id is not None:
        to = lock_positions([target.position_id])[target.position_id]
        other = standing_at(to.pk)
        return spots([to])[to.pk], "" if other is None else other.name
    free = _free_places(carried.moved, holders)
    around = spots(free) if free else {}
    found = [around[place.pk] for place in free]
    if not found:
        raise ActionRefused([_no_free_place(carried.moved, target)])
    chosen = min(found, key=lambda spot: _weight(carried.refusals_at(spot, "")))
    lock_positions([chosen.position.pk])
    return chosen, ""


def _free_places(moved: Container, holders: Collection[int]) -> list[Position]:
    rows = Position.objects.filter(
        container__in=holders,
        container__type__accepts__contains=[moved.type.category],
        holds=Holds.CONTAINER,
        condition=PositionCondition.IN_SERVICE,
        containers__isnull=True,
    ).exclude(container__path__startswith=moved.path)
    return list(rows.select_related("container").order_by("container__path", "ordinal")[:TRIED])


def _weight(refusals: Sequence[Refusal]) -> int:
    return 2 if binding(refusals) else len(refusals) and 1


def _no_free_place(moved: Container, target: Target) -> Refusal:
    rows = Container.objects.filter(pk=target.container_id or 0)
    named = rows.values_list("name", flat=True).first()
    kind = str(moved.type.get_category_display()).lower()
    return Refusal("NO_FREE_PLACE", NO_FREE_PLACE.format(name=named or "This", kind=kind))


def binding(refusals: Sequence[Refusal]) -> list[Refusal]:
    """Return those that bind in an emergency as ever."""
    return [refusal for refusal in refusals if refusal.code not in DEFERRED]


def deferred(refusals: Sequence[Refusal]) -> list[str]:
    """Return in words what is put right later."""
    return [refusal.words for refusal in refusals if refusal.code in DEFERRED]


def list_vials_in(path: str, deviation_id: int) -> None:
    """List what stands under `path` and is not listed yet, unless the deviation is closed."""
    vials = list(Vial.objects.under(path).exclude(deviations__deviation=deviation_id))
    if not vials:
        return
    rows = Deviation.objects.filter(pk=deviation_id).open()
    deviation = rows.select_for_update(of=("self",), no_key=True).first()
    if deviation is not None:
        list_further(deviation, vials)


def lock_going_on(emptying_id: int) -> Emptying:
    """Lock an emptying, after every other lock: whoever ends it waits for who puts a rack down."""
    rows = Emptying.objects.filter(pk=emptying_id).select_related("unit__type")
    return rows.select_for_update(of=("self",), no_key=True).get()


def end(
    change: OpenChange,
    emptying: Emptying,
    *,
    reason: str,
    at: datetime,
    count_within: timedelta = COUNT_WITHIN,
) -> None:
    """
    End a locked emptying: what was moved is to be counted, and the deviation says what was moved.

    Raises RuntimeError: no person acts.
    """
    if change.actor is None:
        raise RuntimeError("an emptying is ended by people")
    emptying.ended_by_id, emptying.ended_at = change.actor.pk, at
    emptying.end_reason, emptying.counts_due_at = reason, at + count_within
    update_all([emptying], ["ended_by", "ended_at", "end_reason", "counts_due_at"])
    left = Vial.objects.under(emptying.unit.path).count()
    lines = [
        f"{emptying.unit.name} was emptied from {emptying.begun_at:%Y-%m-%d %H:%M} to "
        f"{at:%Y-%m-%d %H:%M} UTC. Still in it: {vials_in_words(left)}. {reason}",
        *(words_of(row) for row in racks_of(emptying)),
        f"Every rack is to be counted by {emptying.counts_due_at:%Y-%m-%d %H:%M} UTC.",
    ]
    rows = Deviation.objects.filter(pk=emptying.deviation_id).open()
    deviation = rows.select_for_update(of=("self",), no_key=True).first()
    if deviation is not None:
        deviation.what_happened = "\n".join([deviation.what_happened, *lines])
        update_all([deviation], ["what_happened"])
