"""A procedure with its files in one archive: what is taken from it, and each reason why not."""

import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from audit.errors import ActionRefused, Refusal, refuse_if
from sop.documents.document import ProcedureDocument
from sop.documents.reading import read_document
from sop.files import MOST_BYTES as MOST_OF_ONE
from sop.files import name_of_file, refusals_to_attach, sha256_of

MOST_BYTES = 50 * 1024 * 1024
"""Of an archive, and of everything in it once it is unpacked."""
MOST_FILES = 50
DOCUMENT, FOLDER = "procedure.json", "files/"
SUMS, MANIFEST = "SHA256SUMS", "manifest.json"

_IS_ZIP = b"PK"
_LISTED = b"PK\x01\x02"  # begins each entry of a zip's own list
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, OverflowError),
)
TOO_LARGE = Refusal(
    "BUNDLE_TOO_LARGE",
    "The file, or what it unpacks to, has more than 50 MB or more than 50 files. Import the "
    "procedure with fewer, and attach the others to the draft.",
)
BROKEN = Refusal(
    "BUNDLE_BROKEN", "The zip cannot be read to its end. Export it, or send it, once more."
)


@dataclass(frozen=True, kw_only=True)
class BroughtFile:
    """One file that comes with a procedure."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class BroughtProcedure:
    """A procedure as it was brought in, with its files by name."""

    document: ProcedureDocument
    files: tuple[BroughtFile, ...] = ()


def read_procedure(content: bytes) -> BroughtProcedure:
    """
    Read one JSON document, or a zip of `procedure.json` and a folder `files`.

    Raises ActionRefused (NOT_A_PROCEDURE, BUNDLE_TOO_LARGE, BUNDLE_BROKEN, BUNDLE_NAME,
    BUNDLE_SUM, FILE_EMPTY, FILE_TOO_LARGE, FILE_KIND): all of it is taken or nothing.
    Source: URS-06, URS-08.
    """
    if not content.startswith(_IS_ZIP):
        return BroughtProcedure(document=read_document(content))
    if len(content) > MOST_BYTES or content.count(_LISTED) > 2 * MOST_FILES:
        raise ActionRefused([TOO_LARGE])
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = _unpacked(archive)
    except _BROKEN as fault:
        raise ActionRefused([BROKEN]) from fault
    refuse_if([*_wrong_sums(parts), *_wrong_files(parts)])
    files = [
        BroughtFile(name=name.removeprefix(FOLDER), content=part)
        for name, part in sorted(parts.items())
        if name.startswith(FOLDER)
    ]
    return BroughtProcedure(document=read_document(parts[DOCUMENT]), files=tuple(files))


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """
    Return what is in an archive, by name; never more of it than is taken.

    Raises ActionRefused (BUNDLE_NAME, BUNDLE_TOO_LARGE).
    """
    entries = [entry for entry in archive.infolist() if entry.filename != FOLDER]
    refuse_if(list(_wrong_entries(entries)))
    parts: dict[str, bytes] = {}
    left = MOST_BYTES
    for entry in entries:
        with archive.open(entry) as stream:
            parts[entry.filename] = stream.read(min(left, MOST_OF_ONE) + 1)
        left -= len(parts[entry.filename])
        if left < 0 or len(parts) > MOST_FILES + 3:
            raise ActionRefused([TOO_LARGE])
    return parts


def _wrong_entries(entries: list[zipfile.ZipInfo]) -> Iterator[Refusal]:
    names = [entry.filename for entry in entries]
    if DOCUMENT not in names:
        words = "The zip holds no procedure.json at its top. Take one that was exported here."
        yield Refusal("BUNDLE_NAME", words)
    for entry in entries:
        shown = repr(entry.filename[:80])
        if not _is_expected(entry.filename):
            yield Refusal(
                "BUNDLE_NAME",
                f"The zip holds {shown}. Only procedure.json, and files that lie directly in the "
                "folder files, are taken.",
            )
        elif names.count(entry.filename) > 1:
            yield Refusal("BUNDLE_NAME", f"The zip holds {shown} twice. Keep one of them.")
        elif stat.S_ISLNK(entry.external_attr >> 16):
            yield Refusal("BUNDLE_NAME", f"{shown} is a link to another file. Put the file in.")
        elif entry.flag_bits & 1 or entry.compress_type not in _METHODS:
            words = f"{shown} is locked with a password, or packed in a way that is not read here."
            yield Refusal("BUNDLE_BROKEN", f"{words} Pack it as a plain zip.")


def _is_expected(name: str) -> bool:
    plain = name.removeprefix(FOLDER)
    is_plain = plain == name_of_file(plain) and plain not in {".", ".."} and "\\" not in plain
    return name in {DOCUMENT, SUMS, MANIFEST} or (name.startswith(FOLDER) and is_plain)


def _wrong_sums(parts: dict[str, bytes]) -> Iterator[Refusal]:
    """Say which part is not what was exported, where the archive tells the sums."""
    for line in parts.get(SUMS, b"").decode(errors="replace").splitlines():
        sha256, _, name = line.partition("  ")
        if name not in parts:
            yield Refusal("BUNDLE_SUM", f"{name[:80]!r} was exported, but is not in the zip.")
        elif sha256_of(parts[name]) != sha256:
            words = f"{name[:80]!r} is not what was exported: its SHA-256 differs."
            yield Refusal("BUNDLE_SUM", f"{words} Export it once more.")


def _wrong_files(parts: dict[str, bytes]) -> Iterator[Refusal]:
    for name, part in parts.items():
        if name.startswith(FOLDER):
            shown = name.removeprefix(FOLDER)
            for refusal in refusals_to_attach(part):
                yield Refusal(refusal.code, f"{shown}: {refusal.words}")
