"""
The anchor: a file outside the database to which every seal appends one line.

    key <fingerprint> <public key>
    seal <number> <sealed at> <root> <digest> <fingerprint of the key> <signature> <changes> \
        <attempts> <rows> <newest change>
    gap <first> <last> <digest of the newest lost seal> <number of the reconciliation> <signed at>

Early seals have no counts. A gap is written when quality has signed what a restore lost.
What is in the database can be rewritten by whoever administers it; this file by somebody else.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from audit.models import RestoreReconciliation, Seal
from audit.seals.canonical import instant
from audit.seals.errors import CannotSeal, SealerAtWork
from audit.seals.places import anchor_path

TITLE = "# Seals of the audit trail, one a line; docs/decisions/seals.md explains them.\n"
_WORDS_OF_A_SEAL = frozenset({7, 11})
_SIGNATURE_DIGITS = 128
_BLOCK_BYTES = 4096  # a line of a seal has about 400
_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class AnchorLine:
    """
    One line of the file.

    number: of the seal; None for a line that says something else.
    text: the line as it stands, without its end.
    """

    place: int
    text: str

    @property
    def words(self) -> list[str]:
        """Its words."""
        return self.text.split(" ")

    @property
    def number(self) -> int | None:
        """The number of the seal that it is about; None when it is about something else."""
        words = self.words
        is_seal = words[0] == "seal" and len(words) in _WORDS_OF_A_SEAL and words[1].isdecimal()
        return int(words[1]) if is_seal and len(words[6]) == _SIGNATURE_DIGITS else None

    @property
    def sealed_at(self) -> datetime:
        """When the seal that it is about was made."""
        return datetime.fromisoformat(self.words[2])

    @property
    def digest(self) -> str:
        """The digest of the seal that it is about."""
        return self.words[4]

    @property
    def counts(self) -> tuple[int, int, int, int] | None:
        """How many Changes, attempts and rows that seal closed, and the newest Change so far."""
        words = self.words[7:]
        if len(words) != 4 or not all(word.isdecimal() for word in words):
            return None
        return int(words[0]), int(words[1]), int(words[2]), int(words[3])

    @property
    def gap(self) -> tuple[int, int] | None:
        """The first and the last lost seal, when it says that quality signed them off."""
        words = self.words
        is_gap = words[0] == "gap" and len(words) == 6 and all(w.isdecimal() for w in words[1:3])
        return (int(words[1]), int(words[2])) if is_gap else None

    @property
    def key(self) -> tuple[str, str] | None:
        """The fingerprint and the public key that it makes known, if it does."""
        words = self.words
        return (words[1], words[2]) if words[0] == "key" and len(words) == 3 else None


def line_of(seal: Seal) -> str:
    """Return a seal as the anchor has it."""
    parts: list[object] = [seal.number, instant(seal.sealed_at), seal.root, seal.digest]
    parts += [seal.key, seal.signature]
    if seal.newest_change is not None:
        parts += [seal.changes, seal.attempts, seal.rows, seal.newest_change]
    return "seal " + " ".join(map(str, parts))


def line_of_gap(gap: RestoreReconciliation, signed_at: datetime) -> str:
    """Return a reconciled loss as the anchor has it."""
    return f"gap {gap.first_lost} {gap.last_lost} {gap.last_digest} {gap.pk} {instant(signed_at)}"


@dataclass(frozen=True, kw_only=True)
class AnchorEnd:
    """
    Where the anchor ends: the line of its newest seal.

    is_bridged: whether a gap was signed off behind that seal, and nothing was sealed since.
    """

    seal: AnchorLine
    is_bridged: bool

    @property
    def number(self) -> int:
        """The number of the newest seal."""
        return self.seal.number or 0


def lines_from_the_end(file: BinaryIO) -> Iterator[AnchorLine]:
    """Yield the whole lines of the file, the newest first; a torn one at the end is left out."""
    place = file.seek(0, os.SEEK_END)
    rest, is_torn = b"", True
    while place > 0:
        size = min(_BLOCK_BYTES, place)
        place -= size
        file.seek(place)
        first, *lines = (file.read(size) + rest).split(b"\n")
        rest = first
        if lines and is_torn:
            lines.pop()  # empty where the file ends as it should
            is_torn = False
        yield from (_line(text) for text in reversed(lines))
    if not is_torn and rest:
        yield _line(rest)


def end_in(file: BinaryIO) -> AnchorEnd | None:
    """Return where the file ends; nothing without a seal in it."""
    is_bridged = False
    for line in lines_from_the_end(file):
        if line.number is not None:
            return AnchorEnd(seal=line, is_bridged=is_bridged)
        is_bridged = is_bridged or line.gap is not None
    return None


@contextmanager
def read_anchor() -> Iterator[BinaryIO | None]:
    """Open the anchor to read it; nothing where this process has none, or may not read it."""
    try:
        file = anchor_path().open("rb")
    except (CannotSeal, OSError):
        yield None
        return
    with file:
        yield file


def _line(text: bytes) -> AnchorLine:
    return AnchorLine(place=0, text=text.decode("ascii", "replace"))


@dataclass
class Anchor:
    """
    The anchor while a sealer holds it; it only ever appends.

    end: where it ended when it was taken. last: the newest seal it has now.
    """

    file: BinaryIO
    path: Path
    end: AnchorEnd | None = None
    _known_key: str = ""
    last: int | None = field(default=None)

    def append(self, seal: Seal) -> None:
        """Write the line of a seal, and its public key when the line before had another one."""
        lines = [line_of(seal)]
        if seal.key != self._known_key:
            lines.insert(0, f"key {seal.key} {seal.public_key}")
        self._write("".join(f"{line}\n" for line in lines))
        self._known_key, self.last = seal.key, seal.number

    def bridge(self, gap: RestoreReconciliation, signed_at: datetime) -> None:
        """Write the line of a reconciled loss, unless it stands there; seals go on behind it."""
        if self.end is None or not self.end.is_bridged:
            self._write(f"{line_of_gap(gap, signed_at)}\n")
        self.last = gap.last_lost

    def _write(self, text: str) -> None:
        self.file.write(text.encode("ascii"))
        self.file.flush()
        os.fsync(self.file.fileno())

    def read_end(self) -> None:
        """Learn which seal was anchored last; begin an empty file, and end a torn line."""
        size = self.file.seek(0, os.SEEK_END)
        if size == 0:
            self._write(TITLE)
            _sync_folder(self.path.parent)
            return
        self.end = end_in(self.file)
        self.file.seek(size - 1)
        if self.file.read(1) != b"\n":
            self._write("\n")
        if self.end is not None:
            self.last, self._known_key = self.end.number, self.end.seal.words[5]


@contextmanager
def held_anchor() -> Iterator[Anchor]:
    """
    Hold the anchor for one sealer of this machine.

    Raises SealerAtWork: another one holds it, and goes on holding it.
    """
    path = anchor_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        _lock(file, fcntl.LOCK_EX)
        anchor = Anchor(file=file, path=path)
        anchor.read_end()
        yield anchor


@contextmanager
def settled_anchor() -> Iterator[int | None]:
    """Keep sealers out for a moment, and say how long the anchor is now; None without a file."""
    try:
        with anchor_path().open("rb") as file:
            _lock(file, fcntl.LOCK_SH)
            yield os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        yield None


def anchor_lines(size: int) -> Iterator[AnchorLine]:
    """
    Yield the lines within the first `size` bytes, the title left out; one line in memory.

    A line that was torn when the power failed is followed by itself, whole.
    """
    before: AnchorLine | None = None
    for place, text in enumerate(_texts(size), start=1):
        if before is not None and (text == before.text or not text.startswith(before.text)):
            yield before
        before = None if text.startswith("#") else AnchorLine(place=place, text=text)
    if before is not None:
        yield before


def _texts(size: int) -> Iterator[str]:
    with anchor_path().open("rb") as file:
        read = 0
        for line in file:
            read += len(line)
            if read > size:
                return
            yield line.decode("ascii", "replace").rstrip("\n")


def _lock(file: BinaryIO, kind: int) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise SealerAtWork("Another sealer is at work; nothing was done.") from None
            time.sleep(0.02)
        else:
            return


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
