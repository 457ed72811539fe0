"""Where in a logger's file its table begins, and what stands before it."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from temperature.feeds.adapter import FeedFailed
from temperature.feeds.values import Unit, unit_of

if TYPE_CHECKING:
    from temperature.feeds.logger_file import LoggerProfile

SEPARATORS = (",", ";", "\t", "|")
FIRST_LINES = 100
"""A header stands among the first lines of a file."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """
    A table that was found.

    rows: those below the header; first_line: the number of the first of them. time, clock: the
    columns of the time; clock is None where it is not apart. values: the columns of values, with
    units and serials, as the profile names them; the unit is None where each cell names its own.
    """

    rows: Iterator[list[str]]
    first_line: int
    time: int
    clock: int | None
    values: Sequence[int]
    units: Sequence[Unit | None]
    serials: Sequence[str]


def find_table(text: str, profile: "LoggerProfile") -> Table:
    """
    Find the header of a file by its names.

    Raises FeedFailed: no line holds them all, a unit is missing, or serials disagree.
    """
    lines = text.splitlines()
    separators = SEPARATORS if profile.separator == "auto" else (profile.separator,)
    for separator in separators:
        for number, row in enumerate(csv.reader(lines[:FIRST_LINES], delimiter=separator)):
            header = [cell.strip() for cell in row]
            if _holds(header, profile):
                return _table(lines, number, header, separator, profile)
    wanted = [profile.time_header, *(column.header for column in profile.columns)]
    raise FeedFailed(
        f"No line among the first {FIRST_LINES} holds the headers "
        f"{', '.join(f'“{name}”' for name in wanted)}. Is this a file of this kind of logger?"
    )


def _holds(header: Sequence[str], profile: "LoggerProfile") -> bool:
    wanted = {profile.time_header, profile.clock_header or profile.time_header}
    return wanted <= set(header) and all(
        _column(header, column.header) is not None for column in profile.columns
    )


def _column(header: Sequence[str], name: str) -> int | None:
    """Return the column under a name; where a unit follows the name it is the column too."""
    for number, cell in enumerate(header):
        if cell == name:
            return number
    for number, cell in enumerate(header):
        if cell.startswith(name) and unit_of(cell.removeprefix(name)) is not None:
            return number
    return None


def _table(
    lines: Sequence[str],
    header_at: int,
    header: list[str],
    separator: str,
    profile: "LoggerProfile",
) -> Table:
    values = [cast("int", _column(header, column.header)) for column in profile.columns]
    reader = csv.reader(lines, delimiter=separator)
    before = [next(reader) for _ in range(header_at + 1)]
    time = header.index(profile.time_header)
    skipped, rows = _below(reader, time)
    return Table(
        rows=rows,
        first_line=header_at + 2 + len(skipped),
        time=time,
        clock=header.index(profile.clock_header) if profile.clock_header else None,
        values=values,
        units=[
            _unit(column.unit, header[place])
            for column, place in zip(profile.columns, values, strict=True)
        ],
        serials=[_serial([*before, *skipped], place, profile.serial_label) for place in values],
    )


def _below(reader: Iterator[list[str]], time: int) -> tuple[list[list[str]], Iterator[list[str]]]:
    """Return lines under the header that have no time, as for units or serials; and the rest."""
    skipped: list[list[str]] = []
    for row in reader:
        if len(row) > time and row[time].strip():
            return skipped, _with(row, reader)
        skipped.append(row)
    return skipped, iter(())


def _with(first: list[str], others: Iterator[list[str]]) -> Iterator[list[str]]:
    yield first
    yield from others


def _unit(said: str, header: str) -> Unit | None:
    if said == "cell":
        return None
    if said != "header":
        return Unit(said)
    unit = unit_of(header)
    if unit is None:
        raise FeedFailed(f"The header “{header[:60]}” does not name a unit.")
    return unit


def _serial(rows: Sequence[list[str]], column: int, label: str) -> str:
    """Return the serial behind a label: in the column of the values, else in the next cell."""
    if not label:
        return ""
    for row in rows:
        for number, cell in enumerate(row):
            name, colon, inside = cell.strip().partition(":")
            if name.strip() != label:
                continue
            own = row[column].strip() if column < len(row) and column != number else ""
            following = (other.strip() for other in row[number + 1 :])
            inside = inside.strip() if colon else ""
            found = inside or own or next((other for other in following if other), "")
            if found:
                return found
    return ""
