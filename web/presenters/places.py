"""Turning the places of a container into the map that pages show."""

from collections.abc import Collection, Sequence

from custody.queries.boxes import PlaceOnMap, PlaceState
from inventory.models import Container, LayoutKind
from web.links import storage_url, vial_url
from web.presenters.maps import BoxCell, BoxMap, CellState, bin_map, grid_map, places_map

_STATES = {
    PlaceState.FREE: CellState.FREE,
    PlaceState.OCCUPIED: CellState.OCCUPIED,
    PlaceState.RESERVED: CellState.OUT,
    PlaceState.BLOCKED: CellState.BLOCKED,
    PlaceState.IN_DOUBT: CellState.DOUBT,
    PlaceState.HELD: CellState.HELD,
    PlaceState.EXPIRED: CellState.EXPIRED,
}
ANOTHER_PROGRAM = "taken, another program"


def map_of(
    container: Container,
    places: Sequence[PlaceOnMap],
    *,
    next_id: int | None = None,
    here: Collection[int] = (),
    choice_name: str = "",
) -> BoxMap:
    """
    Lay out the places of `container`, whose type is loaded.

    next_id: the position that is next. here: positions the page is about.
    choice_name: makes free places radio buttons of that name.
    """
    label = f"{container.name}, {len(places)} places, seen from above"
    cells = [_cell(place, next_id=next_id, here=place.position_id in here) for place in places]
    if container.type.layout == LayoutKind.COUNTED:
        inside = [cell for cell in cells if cell.state not in {CellState.FREE, CellState.NEXT}]
        return bin_map(label=label, contents=inside, limit=len(places))
    if container.type.layout == LayoutKind.NAMED:
        return places_map(label=label, places=cells, choice_name=choice_name)
    return grid_map(
        label=label,
        rows=container.type.rows or 0,
        columns=container.type.columns or 0,
        cells={
            (place.row or 0, place.column or 0): cell
            for place, cell in zip(places, cells, strict=True)
        },
        choice_name=choice_name,
    )


def _cell(place: PlaceOnMap, *, next_id: int | None, here: bool) -> BoxCell:
    state = _STATES[place.state]
    if place.state == PlaceState.OCCUPIED and place.is_claimed:
        state = CellState.RESERVED
    if place.state == PlaceState.OCCUPIED and place.container_id is not None:
        state = CellState.CONTAINER
    if place.position_id == next_id:
        state = CellState.NEXT
    return BoxCell(
        label=place.label,
        state=state,
        words=_words(place),
        url=_url(place),
        value=str(place.position_id) if state in {CellState.FREE, CellState.NEXT} else "",
        here=here,
    )


def _words(place: PlaceOnMap) -> str:
    if place.is_masked:
        return ANOTHER_PROGRAM
    return ", ".join(filter(None, (place.name or place.code, place.coi, place.reason)))


def _url(place: PlaceOnMap) -> str:
    if place.vial_id is not None:
        return vial_url(place.vial_id)
    return "" if place.container_id is None else storage_url(place.container_id)
