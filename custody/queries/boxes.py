"""What stands in the places of a container, as its map shows it to one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, QuerySet

from audit.authors import Author
from custody.models import Claim, HeldVial
from inventory.models import Container, Position, PositionCondition, Program, Quality


class PlaceState(models.TextChoices):
    """What a place shows at a glance."""

    FREE = "free", "Free"
    OCCUPIED = "occupied", "Occupied"
    RESERVED = "reserved", "Kept for a vial that is out"
    BLOCKED = "blocked", "Blocked"
    IN_DOUBT = "in_doubt", "In doubt"
    HELD = "held", "On hold"
    EXPIRED = "expired", "Expired"


@dataclass(frozen=True)
class PlaceOnMap:
    """
    One place of a container.

    code, vial_id, container_id and name are empty where nothing stands, or where what stands
    there belongs to a program the person may not see: then `is_masked` is set.
    """

    position_id: int
    label: str
    ordinal: int
    row: int | None
    column: int | None
    state: PlaceState
    vial_id: int | None = None
    code: str = ""
    coi: str = ""
    container_id: int | None = None
    name: str = ""
    is_claimed: bool = False
    is_masked: bool = False
    reason: str = ""


def places_of(container: Container, *, seen_by: Author, at: datetime) -> list[PlaceOnMap]:
    """Return the places of `container` in their order, as `seen_by` may see them; one query."""
    return [_place(row, at) for row in _rows(container, seen_by)]


def next_free(container: Container, *, after: int = 0) -> Position | None:
    """Return the first empty place in service behind ordinal `after`, else the first of all."""
    free = Position.objects.filter(
        container=container,
        condition=PositionCondition.IN_SERVICE,
        reserved_for__isnull=True,
        vials__isnull=True,
        containers__isnull=True,
    ).order_by("ordinal")
    return free.filter(ordinal__gt=after).first() or free.first()


def _rows(container: Container, person: Author) -> QuerySet[Position]:
    held = HeldVial.objects.open().filter(vial=OuterRef("vials__pk"))
    claimed = Claim.objects.open().filter(vial=OuterRef("vials__pk"))
    visible = Program.objects.visible_to(person).filter(pk=OuterRef("vials__program"))
    return (
        Position.objects.filter(container=container)
        .annotate(
            vial_key=F("vials__pk"),
            vial_code=F("vials__code"),
            vial_quality=F("vials__quality"),
            vial_expires_at=F("vials__expires_at"),
            vial_coi=F("vials__therapy__coi"),
            inner_key=F("containers__pk"),
            inner_name=F("containers__name"),
            is_held=Exists(held),
            is_claimed=Exists(claimed),
            is_visible=Exists(visible),
        )
        .order_by("ordinal")
    )


def _place(row: Position, at: datetime) -> PlaceOnMap:
    facts = vars(row)
    masked = facts["vial_key"] is not None and not facts["is_visible"]
    return PlaceOnMap(
        position_id=row.pk,
        label=row.label,
        ordinal=row.ordinal,
        row=row.row,
        column=row.column,
        state=PlaceState.OCCUPIED if masked else _state(row, at),
        vial_id=None if masked else facts["vial_key"],
        code="" if masked else facts["vial_code"] or "",
        coi="" if masked else facts["vial_coi"] or "",
        container_id=facts["inner_key"],
        name=facts["inner_name"] or "",
        is_claimed=not masked and facts["is_claimed"],
        is_masked=masked,
        reason=row.condition_reason,
    )


def _state(row: Position, at: datetime) -> PlaceState:
    facts = vars(row)
    if row.condition == PositionCondition.IN_DOUBT:
        return PlaceState.IN_DOUBT
    if facts["vial_key"] is not None:
        if facts["is_held"]:
            return PlaceState.HELD
        if facts["vial_quality"] == Quality.EXPIRED or facts["vial_expires_at"] <= at:
            return PlaceState.EXPIRED
        return PlaceState.OCCUPIED
    if facts["inner_key"] is not None:
        return PlaceState.OCCUPIED
    if row.condition == PositionCondition.BLOCKED:
        return PlaceState.BLOCKED
    return PlaceState.FREE if row.reserved_for_id is None else PlaceState.RESERVED


def count_free(places: Sequence[PlaceOnMap]) -> int:
    """Return how many of these places are free."""
    return sum(1 for place in places if place.state == PlaceState.FREE)
