"""The one shape of these papers: facts, texts, tables and signatures, for people and machines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from reports.dossier.contents import SignaturePart
from reports.kit.charts import Chart
from reports.kit.fonts import BODY
from reports.kit.times import exact, local
from sop.documents.wording import duration_in_words

Cell = str | int | datetime | timedelta | None
"""A duration is written in whole seconds for machines, a time in UTC; on paper both in words."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One fact or text; name: as machines call it, label: as people do."""

    name: str
    label: str
    value: Cell
    is_code: bool = False


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A column on paper; names: of the machine's columns that stand in it, one under the other."""

    title: str
    names: tuple[str, ...]
    share: float = 1.0
    font: str = BODY


@dataclass(frozen=True, kw_only=True)
class Listing:
    """
    One table.

    header: its columns for machines. shown: its columns on paper; empty for machines alone.
    note: said under the title on paper. empty: what paper says without a row.
    """

    name: str
    title: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    shown: tuple[Shown, ...] = ()
    note: str = ""
    empty: str = "None."


@dataclass(frozen=True, kw_only=True)
class Record:
    """
    What a paper holds.

    subject: at most 60 characters. version: of the record, at most 40. query: what was asked for.
    zone: in which its paper tells times. program_id: whose it is; None where it spans several.
    charts: drawn on paper only; what they draw stands in a listing for machines.
    """

    title: str
    subject: str
    version: str
    query: str
    zone: ZoneInfo
    program_id: int | None
    facts: tuple[Entry, ...]
    texts: tuple[Entry, ...] = ()
    charts: tuple[Chart, ...] = ()
    listings: tuple[Listing, ...] = ()
    signatures: tuple[SignaturePart, ...] = ()


def for_machines(cell: Cell) -> str | int | None:
    """Write a value exactly."""
    if isinstance(cell, datetime):
        return exact(cell)
    return int(cell.total_seconds()) if isinstance(cell, timedelta) else cell


def on_paper(cell: Cell, zone: ZoneInfo) -> str:
    """Write a value as people read it; nothing where there is none."""
    if isinstance(cell, datetime):
        return local(cell, zone)
    if isinstance(cell, timedelta):
        return duration_in_words(int(cell.total_seconds()))
    return "" if cell is None else str(cell)


def plain(record: Record) -> Mapping[str, object]:
    """Return the record as it is hashed: every value exact, nothing of who took the copy."""
    return {
        "layout": 1,
        "title": record.title,
        "subject": record.subject,
        "record_version": record.version,
        "facts": {each.name: for_machines(each.value) for each in record.facts},
        "texts": {each.name: for_machines(each.value) for each in record.texts},
        **{
            listing.name: [
                dict(zip(listing.header, map(for_machines, row), strict=True))
                for row in listing.rows
            ]
            for listing in record.listings
        },
        "signatures": [_signed(part) for part in record.signatures],
    }


def _signed(part: SignaturePart) -> dict[str, object]:
    block = vars(part.block)
    said = {
        name: exact(value) if isinstance(value, datetime) else value
        for name, value in block.items()
    }
    return {**said, "under": list(part.under), "change": part.change}
