"""The copies of a record: PDF, JSON, CSV, and the bundle of all with its manifest."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from django.db import models

from audit.authors import Author
from audit.changes import OpenChange
from reports.kit.blocks import Fact, draw_facts, draw_signature
from reports.kit.bundle import CopyFile, RecordCopy, canonical_json, csv_file
from reports.kit.charts import draw_chart
from reports.kit.fonts import BOLD
from reports.kit.paper import Paper, RecordHead
from reports.kit.tables import Column, draw_table
from reports.kit.times import software
from reports.models import Export, RecordKind
from reports.records.record import Listing, Record, for_machines, on_paper, plain
from reports.register import register_record


class CopyForm(models.TextChoices):
    """In which form a copy is wanted."""

    BUNDLE = "bundle", "Bundle: PDF, JSON, CSV and a manifest with sums"
    PDF = "pdf", "PDF only, for reading and printing"
    JSON = "json", "JSON only, for machines"
    CSV = "csv", "CSV only: its first table, for spreadsheets"


@dataclass(frozen=True, kw_only=True)
class HandedOut:
    """A copy as it is handed out, with its entry in the register."""

    export: Export
    content: bytes
    media_type: str


def hand_out(
    change: OpenChange,
    record: Record,
    *,
    kind: RecordKind,
    form: CopyForm,
    by: Author,
    at: datetime,
) -> HandedOut:
    """
    Write the copy that is wanted, and register it in the Change that is open.

    Source: 21 CFR 11.10(b); URS-48, URS-76.
    """
    copy = copy_of(record, by=by, at=at)
    if form is CopyForm.BUNDLE:
        name, content, media_type = f"{_stem(record)}.zip", copy.archive(), "application/zip"
    else:
        file = next(file for file in copy.files if file.name.endswith(f".{form}"))
        name, content, media_type = file.name, file.content, file.media_type
    export = register_record(
        change, copy.head, content, kind=kind, program_id=record.program_id, file_name=name
    )
    return HandedOut(export=export, content=content, media_type=media_type)


def copy_of(record: Record, *, by: Author, at: datetime) -> RecordCopy:
    """Write every form of a record; all of them carry the digest of its values."""
    stem, values = _stem(record), plain(record)
    digest = hashlib.sha256(canonical_json(values)).hexdigest()
    head = RecordHead(
        title=record.title,
        subject=record.subject,
        record_version=record.version,
        record_sha256=digest,
        generated_by=f"{by.full_name} ({by.user_id})",
        generated_at=at,
        zone=record.zone,
        software=software(),
        query=record.query,
    )
    return RecordCopy(
        head=head,
        files=(
            CopyFile(
                name=f"{stem}.pdf", media_type="application/pdf", content=_paper(record, head)
            ),
            CopyFile(
                name=f"{stem}.json",
                media_type="application/json",
                content=canonical_json(values),
            ),
            *(
                CopyFile(
                    name=f"{stem}-{listing.name}.csv",
                    media_type="text/csv",
                    content=_csv(listing),
                )
                for listing in record.listings
            ),
        ),
    )


def _stem(record: Record) -> str:
    return record.subject.replace(" ", "-")


def _csv(listing: Listing) -> bytes:
    return csv_file(listing.header, ([_text(cell) for cell in row] for row in listing.rows))


def _text(cell: object) -> str:
    value = for_machines(cell)  # type: ignore[arg-type] # a cell of a listing
    return "" if value is None else str(value)


def _paper(record: Record, head: RecordHead) -> bytes:
    """Write the paper: facts, texts, tables, then every signature under it."""
    stream = BytesIO()
    paper = Paper(stream, head, landscape=True)
    paper.line(record.title, font=BOLD, size=15)
    paper.skip(4)
    draw_facts(
        paper,
        [
            Fact(
                label=each.label,
                value=on_paper(each.value, record.zone),
                is_code=each.is_code,
            )
            for each in record.facts
        ],
    )
    for each in record.texts:
        paper.heading(each.label)
        for line in (on_paper(each.value, record.zone) or "Not written.").splitlines():
            paper.text(line)
    for chart in record.charts:
        draw_chart(paper, chart)
    for listing in record.listings:
        _draw_listing(paper, listing)
    paper.heading("Signatures")
    for part in record.signatures:
        draw_signature(paper, part.block, under=", ".join(part.under), zone=record.zone)
    if not record.signatures:
        paper.text("Nothing is signed.")
    paper.close()
    return stream.getvalue()


def _draw_listing(paper: Paper, listing: Listing) -> None:
    if not listing.shown:
        return
    paper.heading(listing.title)
    if listing.note:
        paper.text(listing.note)
    places = {name: place for place, name in enumerate(listing.header)}

    def cell(row: object, names: tuple[str, ...]) -> str:
        said = (on_paper(row[places[name]], paper.head.zone) for name in names)  # type: ignore[index] # a row
        return "\n".join(text for text in said if text)

    columns = [Column(title=s.title, share=s.share, font=s.font) for s in listing.shown]
    rows = (tuple(cell(row, shown.names) for shown in listing.shown) for row in listing.rows)
    draw_table(paper, columns, rows, size=7.5, empty=listing.empty)
