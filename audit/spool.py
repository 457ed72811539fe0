"""
System events on their way into the trail: one small file each, until the database takes it.

A process says what happened before it has a database, or when there is none any more. So nothing
here needs Django's models, waits for a server, or stops a process from starting or stopping.
"""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

MOST_KEPT = 1_000
"""Events that wait; more are counted only. A process that restarts for hours fills no disk."""
_LOST = "lost"
_LOCK = "lock"
_UNREADABLE = ".unreadable"


@dataclass(frozen=True, kw_only=True)
class Happening:
    """
    One system event as the process tells it.

    kind: of `SystemEventKind`. device: the process and its machine, in words.
    words: what happened and why, as the reason of the change.
    """

    kind: str
    component: str
    device: str
    words: str
    details: Mapping[str, object] = field(default_factory=dict)
    happened_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    key: str = field(default_factory=lambda: str(uuid4()))


@dataclass(frozen=True)
class Spool:
    """A folder of events that wait; several processes may share it."""

    folder: Path

    def keep(self, happening: Happening) -> bool:
        """
        Write one event down; say whether it is kept rather than only counted.

        Raises OSError: the folder cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if len(self.waiting()) >= MOST_KEPT:
            with (self.folder / _LOST).open("ab") as lost:
                lost.write(b".")
            return False
        text = json.dumps(asdict(happening) | {"happened_at": happening.happened_at.isoformat()})
        path = self.folder / f"{time.time_ns():020d}-{happening.key}.json"
        draft = path.with_suffix(".draft")
        with draft.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
        return True

    def waiting(self) -> list[Path]:
        """Return the files of the events that wait, oldest first."""
        return sorted(self.folder.glob("*.json"))

    def taken_lost(self) -> int:
        """Return how many events were only counted, and begin to count anew."""
        counted = self.folder / _LOST
        try:
            number = counted.stat().st_size
            counted.unlink()
        except FileNotFoundError:
            return 0
        return number

    @contextlib.contextmanager
    def held(self) -> Iterator[bool]:
        """Hold the folder for one writer; yield whether it is ours, without waiting."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / _LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True


def read(path: Path) -> Happening | None:
    """Read one event; a file that holds none is put aside under another name."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Happening(**told | {"happened_at": datetime.fromisoformat(told["happened_at"])})
    except (ValueError, TypeError, KeyError):
        put_aside(path)
        return None


def put_aside(path: Path) -> None:
    """Give the file of an event that cannot be recorded another name, so that no other waits."""
    path.rename(path.with_suffix(_UNREADABLE))
