"""Box maps: what is in each place, told by shape, letter, pattern, colour and name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from inventory.layouts import ROW_LETTERS


class CellState(StrEnum):
    """What a place is to the person who looks at the map; the value is the CSS class."""

    FREE = "free"
    NEXT = "next"
    OCCUPIED = "occupied"
    CONTAINER = "container"
    RESERVED = "reserved"
    OUT = "out"
    BLOCKED = "blocked"
    HELD = "held"
    EXPIRED = "expired"
    DOUBT = "doubt"

    @property
    def letter(self) -> str:
        """Give the letter in the cell; a free place has none."""
        return _STATES[self][0]

    @property
    def words(self) -> str:
        """Give the state in the floor's words."""
        return _STATES[self][1]


_STATES = {
    CellState.FREE: ("", "free"),
    CellState.NEXT: ("N", "next place"),
    CellState.OCCUPIED: ("V", "occupied"),
    CellState.CONTAINER: ("C", "holds a container"),
    CellState.RESERVED: ("R", "reserved"),
    CellState.OUT: ("O", "checked out, place kept"),
    CellState.BLOCKED: ("B", "blocked"),
    CellState.HELD: ("H", "on hold"),
    CellState.EXPIRED: ("E", "expired"),
    CellState.DOUBT: ("?", "in doubt"),
}


@dataclass(frozen=True, kw_only=True)
class BoxCell:
    """
    One place of a map.

    words: who or what is there, for the accessible name ("…-003, CHA9990260004AX").
    url: opens the thing; empty when there is nothing to open or the reader may not.
    value: what a map with `choice_name` submits; empty when the place cannot be chosen.
    here: this is the thing the page is about.
    """

    label: str
    state: CellState
    words: str = ""
    url: str = ""
    value: str = ""
    here: bool = False

    @property
    def name(self) -> str:
        """Give the accessible name: place, state, content."""
        told = f"{self.label}: {self.state.words}"
        if self.words:
            told = f"{told}, {self.words}"
        return f"{told}, this one" if self.here else told


@dataclass(frozen=True, kw_only=True)
class BoxRow:
    """One row of a grid with its letter; None is a hole, where the box has no place."""

    label: str
    cells: tuple[BoxCell | None, ...]


@dataclass(frozen=True, kw_only=True)
class LegendEntry:
    """One state that occurs on the map, and how often."""

    state: CellState
    count: int


@dataclass(frozen=True, kw_only=True)
class BoxMap:
    """
    A container seen from above: a grid, named places, or a bin without places.

    columns, rows: of a grid; both empty otherwise.
    places: named places in the order of the metal, or the contents of a bin.
    limit: how many a bin may hold; None for anything with places.
    choice_name: makes cells with a `value` radio buttons of that name.
    """

    label: str
    columns: tuple[str, ...] = ()
    rows: tuple[BoxRow, ...] = ()
    places: tuple[BoxCell, ...] = ()
    limit: int | None = None
    choice_name: str = ""
    legend: tuple[LegendEntry, ...] = ()


def row_letters(count: int) -> str:
    """
    Name the rows of a box: A, B, C and so on, without the letters that read as digits.

    Raises ValueError: a box has no more rows than there are letters.
    """
    if count > len(ROW_LETTERS):
        raise ValueError(f"a map has at most {len(ROW_LETTERS)} rows")
    return ROW_LETTERS[:count]


def legend_of(cells: Iterable[BoxCell]) -> tuple[LegendEntry, ...]:
    """Count the states that occur, in the order in which `CellState` names them."""
    order = list(CellState)
    states = sorted((cell.state for cell in cells), key=order.index)
    return tuple(LegendEntry(state=state, count=len(list(same))) for state, same in groupby(states))


def grid_map(
    *,
    label: str,
    rows: int,
    columns: int,
    cells: Mapping[tuple[int, int], BoxCell],
    choice_name: str = "",
) -> BoxMap:
    """
    Lay out a rectangular box.

    cells: by (row, column), both counted from 0; a place left out is a hole in the box.
    """
    return BoxMap(
        label=label,
        columns=tuple(str(number + 1) for number in range(columns)),
        rows=tuple(
            BoxRow(label=letter, cells=tuple(cells.get((row, column)) for column in range(columns)))
            for row, letter in enumerate(row_letters(rows))
        ),
        choice_name=choice_name,
        legend=legend_of(cells.values()),
    )


def places_map(*, label: str, places: Sequence[BoxCell], choice_name: str = "") -> BoxMap:
    """Lay out named, irregular places in the order in which the metal has them."""
    return BoxMap(
        label=label, places=tuple(places), choice_name=choice_name, legend=legend_of(places)
    )


def bin_map(*, label: str, contents: Sequence[BoxCell], limit: int) -> BoxMap:
    """Lay out a bin that has no places, only a limit on how many it holds."""
    return BoxMap(label=label, places=tuple(contents), limit=limit, legend=legend_of(contents))
