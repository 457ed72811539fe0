"""Telling the trail of backups and restores, which scripts outside the product make."""

from argparse import ArgumentParser, Namespace
from hashlib import file_digest
from pathlib import Path

from audit.spool import Spool
from audit.system_event_kinds import SystemEventKind
from audit.system_events import record_waiting
from audit.telling import spool, tell

WORDS = {
    (SystemEventKind.RECORD_BACKUP, False): "A backup was made",
    (SystemEventKind.RECORD_BACKUP, True): "A backup failed",
    (SystemEventKind.RECORD_RESTORE, False): "A backup was restored",
    (SystemEventKind.RECORD_RESTORE, True): "The restore of a backup failed",
}


def add_arguments(parser: ArgumentParser) -> None:
    """Take which copy it is and what came of it."""
    parser.add_argument("--file", required=True, help="the copy; its SHA-256 is kept when readable")
    parser.add_argument("--note", default="", help="what else a reader should know")
    parser.add_argument("--failed", action="store_true", help="it did not come off")


def tell_copy(kind: SystemEventKind, told: Namespace) -> str:
    """
    Tell the trail of one backup or restore; return what came of telling it.

    Source: FDA Data Integrity Q&A 1c; URS-46.
    """
    path = Path(told.file)
    details = {"file": str(path), "note": told.note, "failed": told.failed, **_measured(path)}
    tell(kind, component="command", words=WORDS[kind, told.failed], details=details)
    record_waiting()
    return _came_of_it(spool())


def _measured(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            return {"sha256": file_digest(file, "sha256").hexdigest(), "bytes": path.stat().st_size}
    except OSError:
        return {}


def _came_of_it(waits: Spool) -> str:
    left = len(waits.waiting())
    return f"{left} events wait for the database." if left else "It is in the trail."
