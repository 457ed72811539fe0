"""
The anchor: a file outside the database to which every seal appends one line.

    key <fingerprint> <public key>
    seal <number> <sealed at> <root> <digest> <fingerprint of the key> <signature>

What is in the database can be rewritten by whoever administers it; this file by somebody else.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from audit.models import Seal
from audit.seals.canonical import instant
from audit.seals.errors import SealerAtWork
from audit.seals.places import anchor_path

TITLE = "# Seals of the audit trail, one a line; docs/decisions/seals.md explains them.\n"
_TAIL_BYTES = 4096  # a line of a seal has about 400
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
        is_seal = words[0] == "seal" and len(words) == 7 and words[1].isdecimal()
        return int(words[1]) if is_seal else None

    @property
    def key(self) -> tuple[str, str] | None:
        """The fingerprint and the public key that it makes known, if it does."""
        words = self.words
        return (words[1], words[2]) if words[0] == "key" and len(words) == 3 else None


def line_of(seal: Seal) -> str:
    """Return a seal as the anchor has it."""
    parts = (seal.number, instant(seal.sealed_at), seal.root, seal.digest, seal.key, seal.signature)
    return "seal " + " ".join(map(str, parts))


@dataclass
class Anchor:
    """The anchor while a sealer holds it; it only ever appends."""

    file: BinaryIO
    path: Path
    _known_key: str = ""
    last: int | None = field(default=None)

    def append(self, seal: Seal) -> None:
        """Write the line of a seal, and its public key when the line before had another one."""
        lines = [line_of(seal)]
        if seal.key != self._known_key:
            lines.insert(0, f"key {seal.key} {seal.public_key}")
        self._write("".join(f"{line}\n" for line in lines))
        self._known_key, self.last = seal.key, seal.number

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
        self.file.seek(max(0, size - _TAIL_BYTES))
        tail = self.file.read()
        if not tail.endswith(b"\n"):
            self._write("\n")
        for line in reversed(tail.split(b"\n")[:-1]):
            found = AnchorLine(place=0, text=line.decode("ascii", "replace"))
            if found.number is not None:
                self.last, self._known_key = found.number, found.words[5]
                return


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
