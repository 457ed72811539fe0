"""Moving a container with everything inside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.authors import Attribution
from audit.changes import OpenChange, attributed_change
from audit.constraints import refused_by
from audit.errors import refuse_if
from audit.writes import AT_ONCE, update_all
from custody.ledger import begin_stays, end_stays
from custody.lifts import Reach, note_lift
from custody.locks import lock_containers, lock_positions, lock_subtree
from custody.models import CustodyEvent, EventKind
from custody.placements import TAKEN_MEANWHILE
from custody.rules.containers import Load, refusals_to_move_container
from custody.rules.placing import refusals_to_come_in
from custody.spots import Spot, breadcrumb, lineages, spots
from inventory.models import Container, Vial
from sop.action import Action
from sop.gate import Scope, admit


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
        moved = next(
            row
            for row in lock_containers({container_id, *_holder_of(to_position_id)})
            if row.pk == container_id
        )
        inside = lock_subtree(moved.path)
        to = lock_positions([to_position_id])[to_position_id]
        spot = spots([to])[to.pk]
        load = _load(moved)
        scope = Scope(programs=load.programs, sites={moved.site_id, spot.site_id})
        admit(change, Action.MOVE_CONTAINER, scope)
        refuse_if(
            refusals_to_move_container(moved, spot, load, _standing_at(spot))
            + refusals_to_come_in(spot, from_unit_id=moved.unit_id)
        )
        places = [to_position_id, *filter(None, [moved.position_id])]
        note_lift(change, Reach.PASSING, positions=places, containers=[container_id], at=at)
        crossing = _Crossing(moved.code, _places(inside), attribution.reason)
        with refused_by("inventory_one_container_per_position", TAKEN_MEANWHILE):
            _rewrite(moved, inside, spot)
        _record(change, moved, crossing, at)
        return moved


@dataclass(frozen=True)
class _Crossing:
    """What each vial's event tells of the move; `was` is the breadcrumb by container."""

    code: str
    was: Mapping[int, str]
    reason: str


def _holder_of(position_id: int) -> set[int]:
    rows = Container.objects.filter(positions=position_id)
    return set(rows.values_list("pk", flat=True))


def _standing_at(spot: Spot) -> str:
    row = Container.objects.filter(position=spot.position).first()
    return "" if row is None else row.name


def _load(moved: Container) -> Load:
    rows = Vial.objects.under(moved.path).values_list(
        "program", "therapy", "batch__product__storage_class", "quality", "purpose"
    )
    found = set(rows.distinct())
    return Load(
        programs=frozenset(row[0] for row in found),
        therapies=frozenset(row[1] for row in found),
        storage_classes=frozenset(row[2] for row in found),
        classes=frozenset(row[3:] for row in found),
    )


def _places(inside: Sequence[Container]) -> dict[int, str]:
    return {key: breadcrumb(lineage) for key, lineage in lineages(inside).items()}


def _rewrite(moved: Container, inside: Sequence[Container], spot: Spot) -> None:
    """Save the new place of `moved` and the new path of everything inside it."""
    old = moved.path
    new = f"{spot.position.container.path}{moved.pk}/"
    for row in [moved, *inside]:
        row.path = new + row.path.removeprefix(old)
        row.unit_id, row.site_id = spot.unit_id, spot.site_id
        if row.pk == moved.pk:
            row.position = spot.position
    update_all(inside, ["position", "path", "unit", "site"])


def _record(change: OpenChange, moved: Container, crossing: _Crossing, at: datetime) -> None:
    """Append one event for each vial inside, and carry the stays over."""
    rows = Vial.objects.under(moved.path).select_related("position").order_by("pk")
    vials = list(rows.select_for_update(of=("self",), no_key=True))
    now = _places(list(Container.objects.filter(path__startswith=moved.path)))
    events = CustodyEvent.objects.bulk_create(
        [_event(change, vial, crossing, now) for vial in vials], batch_size=AT_ONCE
    )
    end_stays(events, at=at)
    begin_stays(
        [
            (event, position, moved.unit_id)
            for event, vial in zip(events, vials, strict=True)
            if (position := vial.position) is not None and moved.unit_id is not None
        ],
        at=at,
    )


def _event(
    change: OpenChange, vial: Vial, crossing: _Crossing, now: Mapping[int, str]
) -> CustodyEvent:
    position = vial.position
    if position is None:
        raise RuntimeError("a vial under a container has a position")
    return CustodyEvent(
        vial=vial,
        kind=EventKind.MOVED_WITH_CONTAINER,
        actor_id=None if change.actor is None else change.actor.pk,
        device=change.device,
        from_position=position,
        to_position=position,
        from_place=f"{crossing.was[position.container_id]} › {position.label}",
        to_place=f"{now[position.container_id]} › {position.label}",
        from_custody=vial.custody,
        to_custody=vial.custody,
        from_quality=vial.quality,
        to_quality=vial.quality,
        reason=crossing.reason,
        details={"container": crossing.code},
    )
