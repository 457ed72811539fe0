"""Where to reach before the lid is opened: each box with its map and the places to pick from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.authors import Author
from custody.queries.boxes import PlaceOnMap, places_of
from custody.queries.retrievals import Pick
from custody.spots import breadcrumb, lineages
from inventory.models import Container, LayoutKind


@dataclass(frozen=True, kw_only=True)
class PickBox:
    """
    One box to reach for.

    place: the way from the unit to the box. labels: the places to pick from, with the vials' codes.
    rows, columns: of a grid; 0 where places are named or only counted.
    """

    container_id: int
    code: str
    place: str
    layout: LayoutKind
    rows: int
    columns: int
    limit: int
    places: Sequence[PlaceOnMap]
    picked: Sequence[PlaceOnMap]


def pick_boxes(picks: Sequence[Pick], *, seen_by: Author, at: datetime) -> list[PickBox]:
    """Return the boxes in which the picks stand, in the order of the way; a query for each box."""
    positions = {pick.position_id for pick in picks if pick.position_id is not None}
    boxes = list(
        Container.objects.filter(positions__in=positions).distinct().select_related("type")
    )
    around = lineages(boxes)
    found = [
        _box(box, breadcrumb(around[box.pk]), places_of(box, seen_by=seen_by, at=at), positions)
        for box in boxes
    ]
    return sorted(found, key=lambda box: box.place)


def _box(box: Container, place: str, places: Sequence[PlaceOnMap], wanted: set[int]) -> PickBox:
    return PickBox(
        container_id=box.pk,
        code=box.code,
        place=place,
        layout=LayoutKind(box.type.layout),
        rows=box.type.rows or 0,
        columns=box.type.columns or 0,
        limit=box.type.limit or 0,
        places=places,
        picked=[shown for shown in places if shown.position_id in wanted],
    )
