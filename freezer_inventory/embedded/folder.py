"""The folder of one set of embedded servers: who holds it, what runs, where to connect."""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from freezer_inventory.embedded import processes
from freezer_inventory.embedded.errors import StartRefused
from freezer_inventory.embedded.processes import Child

NEEDED_BYTES = 1_000_000_000


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where the running servers answer, and where the person finds the page."""

    database_url: str
    redis_url: str
    page: str = ""


NOT_RUNNING = Addresses(
    # Port 1 answers nobody: commands that need no database work, others say it is unreachable.
    database_url="postgresql://start-it-with-make-demo@127.0.0.1:1/freezer_inventory",
    redis_url="redis://127.0.0.1:1/0",
)


class ServersFolder:
    """A folder that one supervisor holds at a time; a killed holder loses it at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock_descriptor: int | None = None

    def log(self, name: str) -> Path:
        """Return the log of the program of this name."""
        return self.path / "logs" / f"{name}.log"

    def hold(self) -> None:
        """
        Take the folder for this process and end what a killed holder left running.

        Raises StartRefused: another supervisor holds it, it cannot be written, or the disk is full.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StartRefused(
                f"The folder {self.path} cannot be written ({error.strerror}): "
                f"free the disk or correct its owner, then start again."
            ) from error
        if not _locked(descriptor, patience=1.5):
            os.close(descriptor)
            raise StartRefused(self._held_words())
        self._lock_descriptor = descriptor
        self._end_leftovers()
        self._refuse_a_full_disk()

    def release(self) -> None:
        """Give the folder back; the record of what ran goes with it."""
        if self._lock_descriptor is None:
            return
        (self.path / "processes.json").unlink(missing_ok=True)
        os.close(self._lock_descriptor)
        self._lock_descriptor = None

    @property
    def is_held(self) -> bool:
        """Say whether a living supervisor, this one or another, holds the folder."""
        if self._lock_descriptor is not None:
            return True
        try:
            descriptor = os.open(self.path / "lock", os.O_RDWR)
        except OSError:
            return False
        try:
            return not _locked(descriptor, patience=0)
        finally:
            os.close(descriptor)

    def remember_addresses(self, addresses: Addresses) -> None:
        """Tell commands in other terminals where the servers answer."""
        self._write("addresses.json", asdict(addresses))

    def addresses(self) -> Addresses | None:
        """Return where the servers answer, or None when nothing was recorded."""
        with contextlib.suppress(FileNotFoundError, PermissionError, ValueError, TypeError):
            return Addresses(**json.loads((self.path / "addresses.json").read_text()))
        return None

    def remember_processes(self, children: Iterable[Child]) -> None:
        """Record what runs, so that the next start can end it if this process is killed."""
        pids = [child.process.pid for child in children]
        record = [{"pid": pid, "started_at": processes.started_at(pid)} for pid in pids]
        self._write("processes.json", record)

    def secret(self, name: str) -> str:
        """Return a random secret that stays the same for this folder."""
        file = self.path / name
        if not file.exists():
            self._write_private(file, secrets.token_urlsafe(48))
        return file.read_text()

    def _end_leftovers(self) -> None:
        record = self.path / "processes.json"
        with contextlib.suppress(FileNotFoundError, ValueError):
            for entry in reversed(json.loads(record.read_text())):
                processes.end_leftover(entry["pid"], entry["started_at"], patience=15)
        record.unlink(missing_ok=True)

    def _refuse_a_full_disk(self) -> None:
        free = shutil.disk_usage(self.path).free
        if free < NEEDED_BYTES:
            self.release()
            raise StartRefused(
                f"The disk that holds {self.path} is full ({free // 1_000_000} MB left): "
                f"free at least {NEEDED_BYTES // 1_000_000} MB and start again."
            )

    def _held_words(self) -> str:
        known = self.addresses()
        where = f" at {known.page}" if known and known.page else ""
        return f"The demo of this folder already runs{where}: use it, or stop it there with Ctrl-C."

    def _write(self, name: str, content: object) -> None:
        self._write_private(self.path / name, json.dumps(content))

    def _write_private(self, file: Path, text: str) -> None:
        fresh = file.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as output:
            output.write(text)
        fresh.replace(file)


def _locked(descriptor: int, *, patience: float) -> bool:
    """Try to lock; patience outlasts another command that only looks whether somebody holds it."""
    deadline = time.monotonic() + patience
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.05)


def recorded_addresses(folder: Path) -> Addresses | None:
    """Return where the servers of a folder answer, if a living supervisor serves them."""
    servers = ServersFolder(folder)
    return servers.addresses() if servers.is_held else None
