"""Carrying a container elsewhere with everything in it: what the actions that do so share."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from audit.changes import OpenChange
from audit.constraints import refused_by
from audit.errors import Refusal
from audit.writes import AT_ONCE, update_all
from custody.ledger import begin_stays, end_stays
from custody.locks import lock_containers, lock_subtree
from custody.models import CustodyEvent, EventKind
from custody.placements import TAKEN_MEANWHILE
from custody.rules.containers import Load, refusals_to_move_container
from custody.rules.placing import refusals_to_come_in
from custody.spots import Spot, breadcrumb, lineages
from inventory.models import Container, Vial
from sop.gate import Scope


@dataclass(frozen=True, kw_only=True)
class Carried:
    """
    A container, locked, with what it holds.

    inside: the container itself and everything in it, locked. was: the breadcrumb of each by key.
    """

    moved: Container
    inside: Sequence[Container]
    load: Load
    was: Mapping[int, str]

    def scope_to(self, site_id: int) -> Scope:
        """Say what the gate is asked about."""
        return Scope(programs=self.load.programs, sites={self.moved.site_id, site_id})

    def refusals_at(self, spot: Spot, standing: str) -> list[Refusal]:
        """Say every reason why it may not come to stand at `spot`, where `standing` stands."""
        return refusals_to_move_container(
            self.moved, spot, self.load, standing
        ) + refusals_to_come_in(spot, from_unit_id=self.moved.unit_id)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the event of each vial tells; details: beside the code of the container."""

    reason: str
    kind: EventKind = EventKind.MOVED_WITH_CONTAINER
    details: Mapping[str, object] = field(default_factory=dict)


def lock_carried(container_id: int, holders: Collection[int]) -> Carried:
    """
    Lock a container, those that it may go into, and what stands in it.

    Raises NotFound: one of them does not exist.
    """
    rows = lock_containers({container_id, *holders})
    moved = next(row for row in rows if row.pk == container_id)
    return carried_of(moved)


def carried_of(moved: Container) -> Carried:
    """Lock what stands in a locked container."""
    inside = lock_subtree(moved.path)
    return Carried(moved=moved, inside=inside, load=_load(moved), was=_places(inside))


def standing_at(position_id: int) -> Container | None:
    """Return what stands at a position."""
    return Container.objects.filter(position=position_id).first()


def carry(change: OpenChange, carried: Carried, spot: Spot, told: Told, *, at: datetime) -> None:
    """
    Let it stand at `spot`; every vial inside gets its event, and its stay goes on from there.

    Raises ActionRefused (POSITION_OCCUPIED): somebody was quicker, against all locks.
    """
    with refused_by("inventory_one_container_per_position", TAKEN_MEANWHILE):
        _rewrite(carried, spot)
    _record(change, carried, told, at)


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


def _rewrite(carried: Carried, spot: Spot) -> None:
    """Save the new place of what is moved and the new path of everything inside it."""
    moved = carried.moved
    old = moved.path
    new = f"{spot.position.container.path}{moved.pk}/"
    moved.position = spot.position
    for row in [moved, *carried.inside]:
        row.path = new + row.path.removeprefix(old)
        row.unit_id, row.site_id = spot.unit_id, spot.site_id
        if row.pk == moved.pk:
            row.position = spot.position
    update_all(carried.inside, ["position", "path", "unit", "site"])


def _record(change: OpenChange, carried: Carried, told: Told, at: datetime) -> None:
    """Append one event for each vial inside, and carry the stays over."""
    moved = carried.moved
    rows = Vial.objects.under(moved.path).select_related("position").order_by("pk")
    vials = list(rows.select_for_update(of=("self",), no_key=True))
    now = _places(list(Container.objects.filter(path__startswith=moved.path)))
    events = CustodyEvent.objects.bulk_create(
        [_event(change, vial, carried, told, now) for vial in vials], batch_size=AT_ONCE
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
    change: OpenChange, vial: Vial, carried: Carried, told: Told, now: Mapping[int, str]
) -> CustodyEvent:
    position = vial.position
    if position is None:
        raise RuntimeError("a vial under a container has a position")
    return CustodyEvent(
        vial=vial,
        kind=told.kind,
        actor_id=None if change.actor is None else change.actor.pk,
        device=change.device,
        from_position=position,
        to_position=position,
        from_place=f"{carried.was[position.container_id]} › {position.label}",
        to_place=f"{now[position.container_id]} › {position.label}",
        from_custody=vial.custody,
        to_custody=vial.custody,
        from_quality=vial.quality,
        to_quality=vial.quality,
        reason=told.reason,
        details={"container": carried.moved.code, **told.details, **change.followed},
    )
