"""Maps of the boxes that a pick reaches into, with the vials to take marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from custody.queries.boxes import PlaceOnMap, PlaceState
from custody.queries.pick_list import PickBox
from inventory.models import LayoutKind
from web.links import scan_url, vial_url
from web.presenters import BoxCell, BoxMap, CellState, bin_map, grid_map, places_map

_STATES = {
    PlaceState.FREE: CellState.FREE,
    PlaceState.OCCUPIED: CellState.OCCUPIED,
    PlaceState.RESERVED: CellState.OUT,
    PlaceState.BLOCKED: CellState.BLOCKED,
    PlaceState.IN_DOUBT: CellState.DOUBT,
    PlaceState.HELD: CellState.HELD,
    PlaceState.EXPIRED: CellState.EXPIRED,
}


@dataclass(frozen=True, kw_only=True)
class PickMap:
    """One box: the way to it, what to take from which place, and how it looks from above."""

    place: str
    code: str
    url: str
    takes: tuple[tuple[str, str], ...]
    map: BoxMap


def pick_map(box: PickBox) -> PickMap:
    """Draw one box of the pick list."""
    return PickMap(
        place=box.place,
        code=box.code,
        url=scan_url(box.code),
        takes=tuple((shown.label, shown.code) for shown in box.picked),
        map=_map(box),
    )


def _map(box: PickBox) -> BoxMap:
    wanted = {shown.position_id for shown in box.picked}
    label = f"{box.place}, seen from above"
    if box.layout == LayoutKind.GRID:
        cells = {
            (shown.row, shown.column): _cell(shown, wanted)
            for shown in box.places
            if shown.row is not None and shown.column is not None
        }
        return grid_map(label=label, rows=box.rows, columns=box.columns, cells=cells)
    if box.layout == LayoutKind.COUNTED:
        contents = [shown for shown in box.places if shown.state != PlaceState.FREE]
        return bin_map(label=label, contents=_cells(contents, wanted), limit=box.limit)
    return places_map(label=label, places=_cells(box.places, wanted))


def _cells(places: Sequence[PlaceOnMap], wanted: set[int]) -> list[BoxCell]:
    return [_cell(shown, wanted) for shown in places]


def _cell(shown: PlaceOnMap, wanted: set[int]) -> BoxCell:
    here = shown.position_id in wanted
    state = _STATES[shown.state]
    if shown.is_claimed and state is CellState.OCCUPIED and not here:
        state = CellState.RESERVED
    words = f"{shown.code}, {shown.coi}" if shown.code else shown.name or shown.reason
    if shown.is_masked:
        words = "of a program that you do not see"
    url = vial_url(shown.vial_id) if shown.vial_id is not None else ""
    return BoxCell(label=shown.label, state=state, words=words, url=url, here=here)
