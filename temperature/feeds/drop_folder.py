"""Folders into which loggers or their programs put files; each file becomes an intake."""

import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from django.conf import settings as portal
from pydantic import Field

from temperature.arrivals import Arrival
from temperature.feeds.adapter import Adapter, Ask, FeedFailed, Settings
from temperature.feeds.logger_file import LoggerProfile, read_file
from temperature.models import FeedKind

DONE, REFUSED = "done", "refused"
LARGEST_BYTES = 20_000_000
LONGEST_SECONDS = 60
"""After so long no further file is begun: the others come with the next asking."""


class DropFolderSettings(Settings):
    """Which folder, when a file in it is whole, and how its files are written."""

    folder: str = Field(
        title="Folder",
        description="Its name below FEED_FOLDER on the server, such as tank-logger.",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$",
    )
    settle_seconds: int = Field(
        10,
        title="Seconds until a file counts as whole",
        description="A file that changed less than so many seconds ago is left for the next time.",
        ge=2,
        le=3600,
    )
    profile: LoggerProfile = Field(title="How its files are written")


def read(settings: DropFolderSettings, ask: Ask) -> Iterator[Arrival]:
    """
    Yield each whole file, and move it to `done` once it is stored.

    A file that cannot be read goes to `refused` with the reason beside it. After a crash between
    storing and moving it is read again, and its readings are known then.
    Raises FeedFailed: there is no folder; or, after all others, files were refused.
    Source: REQUIREMENTS C4; URS-06, URS-28.
    """
    folder = _folder(settings)
    ends_at = time.monotonic() + LONGEST_SECONDS
    refused: list[str] = []
    for file in _whole_files(folder, settings.settle_seconds):
        if time.monotonic() > ends_at:
            break
        try:
            arrival = _read(file, settings, ask)
        except FeedFailed as failed:
            refused.append(f"{file.name}: {failed.words}")
            if not ask.is_trial:
                _refuse(file, failed.words)
            continue
        yield arrival
        if not ask.is_trial:
            _move(file, DONE, arrival.body)
    if refused:
        count = "1 file was" if len(refused) == 1 else f"{len(refused)} files were"
        raise FeedFailed(f"{count} refused. {refused[0]}")


def _folder(settings: DropFolderSettings) -> Path:
    if not portal.FEED_FOLDER:
        raise FeedFailed("FEED_FOLDER names no folder on this server. Set it, then try again.")
    folder = Path(portal.FEED_FOLDER) / settings.folder
    if folder.is_symlink() or not folder.is_dir():
        raise FeedFailed(f"There is no folder {settings.folder} below FEED_FOLDER.")
    return folder


def _whole_files(folder: Path, settle_seconds: int) -> list[Path]:
    """Return the files that nobody writes any more, the oldest first."""
    youngest = time.time() - settle_seconds
    found = []
    for path in folder.iterdir():
        if path.name.startswith(".") or path.is_symlink() or not path.is_file():
            continue
        written = path.stat().st_mtime
        if written <= youngest:
            found.append((written, path))
    return [path for _, path in sorted(found)]


def _read(file: Path, settings: DropFolderSettings, ask: Ask) -> Arrival:
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise FeedFailed(f"It is larger than {LARGEST_BYTES // 1_000_000} MB.")
        body = file.read_bytes()
    except OSError as fault:
        raise FeedFailed(f"It cannot be opened: {fault.strerror}.") from fault
    return read_file(settings.profile, name=file.name, body=body, channels=frozenset(ask.channels))


def _refuse(file: Path, words: str) -> None:
    body = file.read_bytes() if file.stat().st_size <= LARGEST_BYTES else file.name.encode()
    moved = _move(file, REFUSED, body)
    moved.with_name(f"{moved.name}.reason.txt").write_text(words + "\n", encoding="utf-8")


def _move(file: Path, to: str, body: bytes) -> Path:
    """Move a file; one of the same name that is there already keeps its place."""
    folder = file.parent / to
    folder.mkdir(exist_ok=True)
    target = folder / file.name
    if target.exists():
        target = folder / f"{file.stem}-{sha256(body).hexdigest()[:8]}{file.suffix}"
    return file.replace(target)


ADAPTER = Adapter(kind=FeedKind.DROP_FOLDER, settings=DropFolderSettings, read=read)
