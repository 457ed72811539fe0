"""Which box a vial goes to or goes back to, and its next free place."""

from dataclasses import dataclass
from datetime import datetime

from audit.authors import Author
from audit.errors import ActionRefused, Refusal
from custody.models import Stay
from custody.queries.boxes import PlaceOnMap, PlaceState, next_free, places_of
from custody.queries.resolve import resolve
from custody.spots import breadcrumb, lineages
from inventory.models import Category, Container, Holds, IdentifierKind, Position, Site, Vial


@dataclass(frozen=True)
class Destination:
    """
    A box as the place for one vial.

    position_id: the place that is suggested: the one kept for it, the one scanned, or the next.
    """

    container: Container
    way: str
    places: tuple[PlaceOnMap, ...]
    position_id: int | None


def destination_of(vial: Vial, code: str, *, seen_by: Author, at: datetime) -> Destination | None:
    """
    Return the box that was scanned, else the one that the vial stands in, came from or is kept in.

    code: of a box or of a place, as scanned; empty when nobody has chosen yet.
    Raises ActionRefused: the code is of nothing that holds vials; UnreadableScan.
    """
    position = _scanned(code, seen_by) if code.strip() else _own(vial, seen_by)
    if position is None:
        return None
    if isinstance(position, Position):
        return _around(position.container, position, vial, seen_by, at)
    return _around(position, None, vial, seen_by, at)


def place_by_code(code: str, *, seen_by: Author) -> int:
    """
    Return the key of the position that a scan names; for a box, of its next free place.

    Raises ActionRefused: the code is of nothing that holds vials, or the box is full.
    """
    found = _scanned(code, seen_by)
    position = found if isinstance(found, Position) else next_free(found)
    if position is None:
        raise ActionRefused([Refusal("BOX_FULL", "That box is full. Scan another.")])
    return position.pk


def _scanned(code: str, person: Author) -> Position | Container:
    found = resolve(code, seen_by=person)
    if found is not None and found.kind == IdentifierKind.POSITION:
        rows = Position.objects.select_related("container__type").filter(holds=Holds.VIAL)
        position = rows.filter(pk=found.key).first()
        if position is not None:
            return position
    if found is not None and found.kind == IdentifierKind.CONTAINER:
        boxes = Container.objects.select_related("type").filter(type__holds=Holds.VIAL)
        box = boxes.filter(pk=found.key).first()
        if box is not None:
            return box
    raise ActionRefused(
        [
            Refusal(
                "NOT_A_PLACE",
                f"{code.strip()[:60]} is no box or place that holds vials. Scan the box itself.",
            )
        ]
    )


def _own(vial: Vial, person: Author) -> Position | None:
    """Return the vial's own position, the one kept for it, or the last one it stood in."""
    rows = Position.objects.select_related("container__type").filter(
        container__site__in=Site.objects.visible_to(person), container__retired_at__isnull=True
    )
    if vial.position_id is not None:
        return rows.filter(pk=vial.position_id).first()
    kept = rows.filter(reserved_for=vial).first()
    if kept is not None:
        return kept
    stood = Stay.objects.filter(vial=vial).exclude(unit__type__category=Category.SHIPPER)
    last = stood.order_by("-began_at", "-pk").values("position")[:1]
    return rows.filter(pk__in=last).first()


def _around(
    box: Container, wanted: Position | None, vial: Vial, person: Author, at: datetime
) -> Destination:
    places = tuple(places_of(box, seen_by=person, at=at))
    free = [p for p in places if p.state == PlaceState.FREE]
    suggested = next((p.position_id for p in free), None)
    if wanted is not None and (
        wanted.reserved_for_id == vial.pk or any(p.position_id == wanted.pk for p in free)
    ):
        suggested = wanted.pk
    return Destination(box, breadcrumb(lineages([box])[box.pk]), places, suggested)
