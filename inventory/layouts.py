"""How the places inside a container are named; layouts are data, and mirror the metal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

ROW_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # I and O are skipped: they read as 1 and 0


@dataclass(frozen=True)
class Place:
    """One place of a layout; `row` and `column` are absent where the layout has no grid."""

    label: str
    ordinal: int
    row: int | None = None
    column: int | None = None


def grid(rows: int, columns: int) -> list[Place]:
    """
    Return the places of a box, row by row: A1 is the corner nearest the notch.

    Raises ValueError: more rows than letters, or no rows or columns.
    """
    if not (1 <= rows <= len(ROW_LETTERS) and columns >= 1):
        raise ValueError(f"a grid has 1 to {len(ROW_LETTERS)} rows and at least one column")
    return [
        Place(f"{ROW_LETTERS[row]}{column + 1}", row * columns + column + 1, row, column)
        for row in range(rows)
        for column in range(columns)
    ]


def named(names: Sequence[str]) -> list[Place]:
    """
    Return places named as on the metal, in the order given.

    Raises ValueError: no names, a blank one, or one that stands twice.
    """
    clean = [name.strip() for name in names]
    if not clean or not all(clean):
        raise ValueError("every place needs a name")
    if len(set(clean)) != len(clean):
        raise ValueError("each place name may stand only once")
    return [Place(name, ordinal) for ordinal, name in enumerate(clean, start=1)]


def counted(limit: int) -> list[Place]:
    """
    Return the places of a bin without cells: only their number counts.

    Raises ValueError: a limit below one.
    """
    if limit < 1:
        raise ValueError("a bin holds at least one thing")
    return named([f"#{number}" for number in range(1, limit + 1)])


def rows_of(places: Sequence[Place]) -> Iterator[list[Place]]:
    """Yield the rows of a grid, each in column order; places without a grid come as one row."""
    by_row: dict[int, list[Place]] = {}
    for place in places:
        by_row.setdefault(place.row or 0, []).append(place)
    for row in sorted(by_row):
        yield sorted(by_row[row], key=lambda place: (place.column or 0, place.ordinal))
