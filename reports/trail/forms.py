"""The forms in which a copy of the trail is handed out, each written entry by entry."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from io import BufferedRandom, TextIOWrapper
from typing import Any

from django.db import models

from reports.kit.blocks import CHANGED
from reports.kit.bundle import safe_cell
from reports.kit.fonts import MONO
from reports.kit.paper import Paper, RecordHead
from reports.kit.tables import Column, draw_table
from reports.kit.times import exact, local
from reports.trail.gathering import Gathered

LAYOUT = 1
COLUMNS = (
    "change", "recorded_at", "who", "user_id", "role", "action", "record", "field", "old", "new",
    "is_later", "reason", "procedure_step", "device", "request_id", "app_version",
)  # fmt: skip


class CopyForm(models.TextChoices):
    """In which form a copy is wanted."""

    CSV = "csv", "CSV, for spreadsheets"
    JSON = "json", "JSON, for machines"
    PDF = "pdf", "PDF, for reading and printing"


MEDIA_TYPES = {
    CopyForm.CSV: "text/csv; charset=utf-8",
    CopyForm.JSON: "application/json",
    CopyForm.PDF: "application/pdf",
}


def write_copy(form: CopyForm, gathered: Gathered, head: RecordHead, out: BufferedRandom) -> None:
    """Write the copy into a file; memory does not grow with the number of entries."""
    _WRITERS[form](gathered, head, out)


def _facts(gathered: Gathered, head: RecordHead) -> dict[str, object]:
    return {
        "layout": LAYOUT,
        "title": head.title,
        "filter": head.query,
        "generated_by": head.generated_by,
        "generated_at": exact(head.generated_at),
        "time_zone": head.zone.key,
        "software": head.software,
        "record_version": head.record_version,
        "record_sha256": head.record_sha256,
        "number_of_entries": gathered.entries,
        "first_change": gathered.first,
        "last_change": gathered.last,
    }


def _write_csv(gathered: Gathered, head: RecordHead, out: BufferedRandom) -> None:
    """Write what the copy is above the table, as two columns, then the entries."""
    text = TextIOWrapper(out, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for name, value in _facts(gathered, head).items():
        writer.writerow([name, safe_cell("" if value is None else str(value))])
    writer.writerow([])
    writer.writerow(COLUMNS)
    for entry in gathered.read():
        writer.writerow([safe_cell(_text(entry[name])) for name in COLUMNS])
    text.flush()
    text.detach()


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _write_json(gathered: Gathered, head: RecordHead, out: BufferedRandom) -> None:
    """Write one object; its entries, a canonical line each, hash to `record_sha256`."""
    facts = json.dumps(_facts(gathered, head), ensure_ascii=False, indent=1)
    out.write(f"{facts[:-2]},\n".encode() + b' "entries": [\n')
    gathered.lines.seek(0)
    for number, line in enumerate(gathered.lines):
        out.write((b",\n" if number else b"") + line.rstrip(b"\n"))
    out.write(b"\n ]\n}\n")


def _write_pdf(gathered: Gathered, head: RecordHead, out: BufferedRandom) -> None:
    paper = Paper(out, head, landscape=True)
    paper.heading("Audit trail, newest change first")
    paper.text(
        f"{CHANGED} marks a value that was given another after it was first entered. "
        f"{gathered.entries:,} entries; changes {gathered.first} to {gathered.last}."
        if gathered.entries
        else "No entry matches."
    )
    paper.skip(4)
    columns = (
        Column(title="No.", share=0.7, is_number=True),
        Column(title="When, who", share=2.4),
        Column(title="Record, field", share=2.4),
        Column(title="Old", share=1.8),
        Column(title="New", share=3),
        Column(title="Mark", share=0.9),
        Column(title="Why", share=2.4),
        Column(title="Device, step, request, version", share=2, font=MONO),
    )
    draw_table(paper, columns, (_row(entry, paper) for entry in gathered.read()))
    paper.close()


def _row(entry: dict[str, Any], paper: Paper) -> tuple[str, ...]:
    at = entry["recorded_at"]
    when = local(datetime.fromisoformat(at), paper.head.zone) if at else ""
    return (
        str(entry["change"]),
        "\n".join(_said(when, f"{entry['who']} ({entry['user_id'] or 'no user'})", entry["role"])),
        "\n".join(_said(entry["record"], entry["field"])),
        entry["old"],
        entry["new"],
        CHANGED if entry["is_later"] else "",
        f"{entry['action']}: {entry['reason']}",
        "\n".join(
            _said(
                entry["device"], entry["procedure_step"], entry["request_id"], entry["app_version"]
            )
        ),
    )


def _said(*texts: str) -> Iterator[str]:
    return (text for text in texts if text)


_WRITERS: dict[CopyForm, Callable[[Gathered, RecordHead, BufferedRandom], None]] = {
    CopyForm.CSV: _write_csv,
    CopyForm.JSON: _write_json,
    CopyForm.PDF: _write_pdf,
}
