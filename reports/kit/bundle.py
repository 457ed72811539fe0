"""One record as one archive: PDF, JSON, CSV, and a manifest that proves each of them."""

import csv
import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO, StringIO

from reports.kit.paper import RecordHead
from reports.kit.times import exact

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
_ARCHIVE_LAYOUT = 1
_NEGATIVE = re.compile(r"-\d+(\.\d+)?")


@dataclass(frozen=True, kw_only=True)
class CopyFile:
    """One file of a record copy."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Give the SHA-256 of the content, in hex."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, kw_only=True)
class RecordCopy:
    """A complete copy of one record, in forms for people and for machines."""

    head: RecordHead
    files: tuple[CopyFile, ...]

    def archive(self) -> bytes:
        """
        Give the zip with every file, the manifest and the sums that `sha256sum -c` reads.

        Source: 21 CFR 11.10(b); URS-76.
        """
        manifest = CopyFile(
            name=MANIFEST, media_type="application/json", content=canonical_json(self._manifest())
        )
        listed = (*self.files, manifest)
        sums = "".join(f"{file.sha256}  {file.name}\n" for file in listed)
        made = self.head.generated_at.astimezone(UTC)
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in listed:
                archive.writestr(_entry(file.name, made), file.content)
            archive.writestr(_entry(SUMS, made), sums.encode())
        return stream.getvalue()

    def _manifest(self) -> dict[str, object]:
        head = self.head
        return {
            "layout": _ARCHIVE_LAYOUT,
            "title": head.title,
            "subject": head.subject,
            "record_version": head.record_version,
            "record_sha256": head.record_sha256,
            "generated_by": head.generated_by,
            "generated_at": exact(head.generated_at),
            "time_zone": head.zone.key,
            "software": head.software,
            "query": head.query,
            "files": [
                {
                    "name": file.name,
                    "media_type": file.media_type,
                    "bytes": len(file.content),
                    "sha256": file.sha256,
                }
                for file in self.files
            ],
        }


def canonical_json(record: Mapping[str, object]) -> bytes:
    """Write a record the one way it is hashed: keys sorted, UTF-8, one line end."""
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return f"{text}\n".encode()


def csv_file(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """
    Write rows as CSV (RFC 4180, UTF-8) that no spreadsheet takes for formulas.

    A cell that opens with = + - @ is written behind an apostrophe; the JSON copy has it as it is.
    """
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
    return stream.getvalue().encode()


def safe_cell(cell: str) -> str:
    """Write a cell so that no spreadsheet takes it for a formula; a number stays a number."""
    is_formula = bool(cell) and cell[0] in "=+-@\t\r" and not _NEGATIVE.fullmatch(cell)
    return f"'{cell}" if is_formula else cell


def _entry(name: str, made: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, made.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
