"""The picture of a container type while it is being designed, from whatever is entered so far."""

from dataclasses import dataclass

from inventory import layouts
from inventory.models import LayoutKind
from inventory.rules.designs import MOST_PLACES
from web.forms.configure import ContainerTypeForm
from web.presenters import BoxCell, BoxMap, CellState, bin_map, grid_map, places_map


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawn layout, or the words that say what is missing."""

    map: BoxMap | None = None
    words: str = ""


def picture_of(form: ContainerTypeForm) -> Picture:
    """Draw the layout, or say what is missing before it can be drawn."""
    try:
        return Picture(map=_map_of(form))
    except ValueError as fault:
        words = str(fault)
        return Picture(words=f"{words[:1].upper()}{words[1:]}.")


def _map_of(form: ContainerTypeForm) -> BoxMap:
    layout = str(form["layout"].value())
    if layout == LayoutKind.GRID:
        return _grid(_number(form, "rows"), _number(form, "columns"))
    if layout == LayoutKind.NAMED:
        names = [name for name in str(form["names"].value() or "").splitlines() if name.strip()]
        return _named(names)
    return bin_map(label="A bin", contents=[], limit=_number(form, "limit"))


def _number(form: ContainerTypeForm, name: str) -> int:
    """
    Read a number as entered.

    Raises ValueError: it is none.
    """
    entered = str(form[name].value() or "").strip()
    if not entered.isdecimal() or int(entered) < 1:
        raise ValueError(f"enter a number for “{form[name].label}”")
    return int(entered)


def _grid(rows: int, columns: int) -> BoxMap:
    if rows * columns > MOST_PLACES:
        raise ValueError(f"a container has at most {MOST_PLACES} places")
    places = layouts.grid(rows, columns)
    return grid_map(
        label=f"{rows} by {columns} places",
        rows=rows,
        columns=columns,
        cells={(place.row or 0, place.column or 0): _cell(place) for place in places},
    )


def _named(names: list[str]) -> BoxMap:
    places = layouts.named(names)
    return places_map(label=f"{len(places)} places", places=[_cell(place) for place in places])


def _cell(place: layouts.Place) -> BoxCell:
    return BoxCell(label=place.label, state=CellState.FREE)
