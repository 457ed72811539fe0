"""The rows of a logger's file: 50,000 a second and more, each fault with its line."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from temperature.arrivals import Fault, Sample
from temperature.feeds.logger_tables import Table
from temperature.feeds.times import Times, UnreadableTime
from temperature.feeds.values import NOTHING, Unit, UnreadableValue, Value, of_text
from temperature.rules.taking import FAULTS_KEPT

if TYPE_CHECKING:
    from temperature.feeds.logger_file import LoggerProfile

MANY_MORE = Fault("further rows", "More rows cannot be read; the first are told.")
DIFFERENT_TEXTS = 100_000
"""Cells whose reading is remembered: a probe says the same few hundred values again and again."""

sample = partial(tuple.__new__, Sample)
"""Makes a Sample of five values, three times faster than its own call does."""

Reader = Callable[[str], Value]


class _Faults(list[Fault]):
    """The first faults in words; the others are only counted."""

    def tell(self, line: int, words: str) -> None:
        """Add a fault."""
        new = Fault(f"line {line}", f"{words}.") if len(self) < FAULTS_KEPT else MANY_MORE
        self.append(new)


def read_rows(
    table: Table, profile: "LoggerProfile", channels: Sequence[str]
) -> tuple[list[Sample], list[Fault]]:
    """Return the readings of a table, and each row that is none with the reason."""
    samples: list[Sample] = []
    faults = _Faults()
    read_time = Times(profile.time_format, profile.zone).read
    columns = [
        (place, channel, _reader(unit, profile))
        for place, channel, unit in zip(table.values, channels, table.units, strict=True)
    ]
    width = max(table.time, table.clock or 0, *table.values) + 1
    time, clock = table.time, table.clock
    for line, row in enumerate(table.rows, start=table.first_line):
        if len(row) < width:
            if any(cell.strip() for cell in row):
                faults.tell(line, "The row is cut off")
            continue
        try:
            at = read_time(row[time] if clock is None else f"{row[time].strip()} {row[clock]}")
        except UnreadableTime as fault:
            faults.tell(line, str(fault))
            continue
        _add(samples, faults, line, at, row, columns)
    return samples, faults


def _add(
    samples: list[Sample],
    faults: _Faults,
    line: int,
    at: datetime,
    row: Sequence[str],
    columns: Sequence[tuple[int, str, Reader]],
) -> None:
    for place, channel, read in columns:
        try:
            value, flags = read(row[place])
        except UnreadableValue as fault:
            faults.tell(line, str(fault))
        else:
            samples.append(sample((channel, at, value, flags, None)))


def _reader(unit: Unit | None, profile: "LoggerProfile") -> Reader:
    marks = {mark.strip().lower() for mark in profile.no_reading}
    decimal = profile.decimal

    @lru_cache(maxsize=DIFFERENT_TEXTS)
    def read(text: str) -> Value:
        bare = text.strip()
        return NOTHING if bare.lower() in marks else of_text(bare, unit, decimal)

    return read
