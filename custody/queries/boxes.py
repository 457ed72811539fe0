"""What stands in the places of a container, as its map shows it to one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection, models

from audit.authors import Author
from inventory.models import Container, Position, PositionCondition, Quality, programs_seen_by

# Written by hand: every map asks it, and composing it anew each time took longer than answering
# it. `tests/custody/queries/test_boxes.py` holds it against the querysets.
PLACES = """
    SELECT po.id, po.label, po.ordinal, po."row", po."column", po.condition, po.condition_reason,
        po.reserved_for_id, v.id, v.code, v.quality, v.expires_at, t.coi, inner_one.id,
        inner_one.name,
        EXISTS (SELECT FROM custody_heldvial h WHERE h.vial_id = v.id AND h.released_at IS NULL),
        EXISTS (SELECT FROM custody_claim k WHERE k.vial_id = v.id AND k.released_at IS NULL),
        COALESCE(v.program_id IN ({seen}), false)
    FROM inventory_position po
    LEFT JOIN inventory_vial v ON v.position_id = po.id
    LEFT JOIN inventory_therapy t ON t.id = v.therapy_id
    LEFT JOIN inventory_container inner_one ON inner_one.position_id = po.id
    WHERE po.container_id = %s ORDER BY po.ordinal
"""


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
    seen = programs_seen_by(seen_by)
    with connection.cursor() as cursor:
        cursor.execute(PLACES.format(seen=seen.sql), [*seen.params, container.pk])
        return [_place(_Row(*row), at) for row in cursor.fetchall()]


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


class _Row(NamedTuple):
    """A place as the statement returns it; the vial and the inner container may be absent."""

    key: int
    label: str
    ordinal: int
    row: int | None
    column: int | None
    condition: str
    condition_reason: str
    kept_for: int | None
    vial: int | None
    code: str | None
    quality: str | None
    expires_at: datetime | None
    coi: str | None
    inner: int | None
    inner_name: str | None
    is_held: bool
    is_claimed: bool
    is_visible: bool


def _place(row: _Row, at: datetime) -> PlaceOnMap:
    masked = row.vial is not None and not row.is_visible
    return PlaceOnMap(
        position_id=row.key,
        label=row.label,
        ordinal=row.ordinal,
        row=row.row,
        column=row.column,
        state=PlaceState.OCCUPIED if masked else _state(row, at),
        vial_id=None if masked else row.vial,
        code="" if masked else row.code or "",
        coi="" if masked else row.coi or "",
        container_id=row.inner,
        name=row.inner_name or "",
        is_claimed=not masked and row.is_claimed,
        is_masked=masked,
        reason=row.condition_reason,
    )


def _state(row: _Row, at: datetime) -> PlaceState:
    if row.condition == PositionCondition.IN_DOUBT:
        return PlaceState.IN_DOUBT
    if row.vial is not None and row.expires_at is not None:
        if row.is_held:
            return PlaceState.HELD
        if row.quality == Quality.EXPIRED or row.expires_at <= at:
            return PlaceState.EXPIRED
        return PlaceState.OCCUPIED
    if row.inner is not None:
        return PlaceState.OCCUPIED
    if row.condition == PositionCondition.BLOCKED:
        return PlaceState.BLOCKED
    return PlaceState.FREE if row.kept_for is None else PlaceState.RESERVED


def count_free(places: Sequence[PlaceOnMap]) -> int:
    """Return how many of these places are free."""
    return sum(1 for place in places if place.state == PlaceState.FREE)
