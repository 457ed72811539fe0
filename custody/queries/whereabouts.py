"""Where vials are, and how sure we are of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from custody.models import CustodyEvent, EventKind
from custody.spots import lineages
from custody.time_out import began_at
from inventory.models import Container, Custody, Vial

SIGHTINGS = (
    EventKind.RECEIVED,
    EventKind.PLACED,
    EventKind.MOVED,
    EventKind.CHECKED_OUT,
    EventKind.PUT_BACK,
    EventKind.PACKED,
    EventKind.HANDED_OVER,
    EventKind.ARRIVED,
    EventKind.RETURNED,
    EventKind.FOUND,
    EventKind.RELABELLED,
    EventKind.MADE_BY_SPLIT,
    EventKind.COUNTED,
)


@dataclass(frozen=True)
class Crumb:
    """One container on the way from the unit to the vial."""

    container_id: int
    name: str


@dataclass(frozen=True)
class Sighting:
    """The last time somebody had the vial in hand or scanned it in place."""

    person: str
    at: datetime
    kind: str


@dataclass(frozen=True)
class Whereabouts:
    """
    Where one vial is.

    place: the breadcrumb with the position when it is stored, else who has it, in words.
    crumbs, position_id, position_label: only when it is stored.
    last_count: when it was last counted where the record had it.
    """

    vial_id: int
    custody: Custody
    place: str
    crumbs: tuple[Crumb, ...]
    position_id: int | None
    position_label: str
    custodian: str
    since: datetime | None
    last_sighting: Sighting | None
    last_count: datetime | None = None


def whereabouts(vial_ids: Collection[int]) -> dict[int, Whereabouts]:
    """Return where each of these vials is; four queries for any number."""
    rows = Vial.objects.filter(pk__in=vial_ids).select_related("position__container", "custodian")
    vials = list(rows)
    around = lineages([vial.position.container for vial in vials if vial.position is not None])
    seen, counted = _sightings(vial_ids)
    since = _since(vial_ids)
    return {
        vial.pk: where_is(
            vial,
            _way(vial, around),
            seen.get(vial.pk),
            since.get(vial.pk),
            last_count=counted.get(vial.pk),
        )
        for vial in vials
    }


def _way(vial: Vial, around: Mapping[int, list[Container]]) -> tuple[Crumb, ...]:
    if vial.position is None:
        return ()
    return tuple(Crumb(row.pk, row.name) for row in around[vial.position.container_id])


def where_is(
    vial: Vial,
    way: tuple[Crumb, ...],
    seen: Sighting | None,
    since: datetime | None,
    *,
    last_count: datetime | None = None,
) -> Whereabouts:
    """
    Put together where one vial is.

    way: the containers from the unit down to the one it stands in; empty when it stands nowhere.
    """
    custody = Custody(vial.custody)
    position = vial.position
    custodian = "" if vial.custodian is None else vial.custodian.full_name
    place = custody.label if not custodian else f"{custody.label}, with {custodian}"
    if position is not None:
        place = " › ".join([*(crumb.name for crumb in way), position.label])
    return Whereabouts(
        vial_id=vial.pk,
        custody=custody,
        place=place,
        crumbs=way,
        position_id=None if position is None else position.pk,
        position_label="" if position is None else position.label,
        custodian=custodian,
        since=since,
        last_sighting=seen,
        last_count=last_count,
    )


def _sightings(
    vial_ids: Collection[int],
) -> tuple[dict[int, Sighting], dict[int, datetime | None]]:
    """Return the last sighting of each vial, and when it was last counted; one query."""
    counts = CustodyEvent.objects.filter(vial=OuterRef("vial"), kind=EventKind.COUNTED)
    rows = (
        CustodyEvent.objects.filter(vial__in=vial_ids, kind__in=SIGHTINGS)
        .order_by("vial", "-seq")
        .distinct("vial")
        .annotate(counted_at=Subquery(counts.order_by("-seq").values("recorded_at")[:1]))
        .select_related("actor")
    )
    found = list(rows)
    seen = {
        row.vial_id: Sighting(
            person=row.device if row.actor is None else row.actor.full_name,
            at=row.performed_at or row.recorded_at,
            kind=row.get_kind_display(),
        )
        for row in found
        if row.recorded_at is not None
    }
    return seen, {row.vial_id: row.counted_at for row in found}


def _since(vial_ids: Collection[int]) -> dict[int, datetime]:
    """
    Return when each vial came to be where it is: its last event that changed place or hands.

    A part of a split is in hand since its parent is.
    """
    rows = (
        CustodyEvent.objects.filter(vial__in=vial_ids)
        .exclude(kind__in=UNMOVING)
        .order_by("vial", "-seq")
        .distinct("vial")
        .annotate(began=began_at())
    )
    return dict(rows.values_list("vial", "began"))


UNMOVING = (
    EventKind.HELD,
    EventKind.HOLD_RELEASED,
    EventKind.QUALITY_DECIDED,
    EventKind.EXPIRED,
    EventKind.CLAIMED,
    EventKind.CLAIM_RELEASED,
    EventKind.RELABELLED,
    EventKind.SPLIT,
    EventKind.COUNTED,
)
