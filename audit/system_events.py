"""Recording what the system told of itself, as soon as the database takes it."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import structlog
from django.db import DatabaseError, DataError, IntegrityError, connection
from django.db.backends.postgresql.base import DatabaseWrapper

from audit.actions.record_system_event import record_system_event
from audit.configuration import checksum_of, differences, read_schema_level
from audit.errors import WritesClosed
from audit.models import SystemEvent
from audit.seals.standing import writes_are_open
from audit.spool import Happening, put_aside, read
from audit.system_event_kinds import SystemEventKind
from audit.telling import SETTINGS, spool, tell

_PATIENCE_SECONDS = 5.0

log = structlog.get_logger(__name__)


def record_waiting() -> int:
    """
    Record every event that waits, oldest first; return how many.

    Stops quietly when the database does not answer, or takes nothing because it was restored:
    what is left waits for the next time.
    """
    recorded = 0
    try:
        if not writes_are_open():
            return recorded
    except DatabaseError as fault:
        log.warning("system_events_wait", fault=str(fault))
        return recorded
    waits = spool()
    with waits.held() as is_ours:
        for path in waits.waiting() if is_ours else ():
            try:
                recorded += _record(path)
            except (DataError, IntegrityError) as fault:
                put_aside(path)
                log.exception("system_event_not_recorded", file=path.name, fault=str(fault))
            except (DatabaseError, WritesClosed) as fault:
                log.warning("system_events_wait", fault=str(fault))
                return recorded
        if is_ours and (lost := waits.taken_lost()):
            tell(
                SystemEventKind.LOSE_SYSTEM_EVENTS,
                component="command",
                words=f"{lost} system events came while too many waited for the database",
                details={"number": lost},
            )
    return recorded


def _record(path: Path) -> int:
    happening = read(path)
    if happening is None:
        log.error("system_event_unreadable", file=path.name)
        return 0
    for each in _with_its_settings(happening):
        record_system_event(happening=each, device=each.device)
    path.unlink()
    return 1


def _with_its_settings(happening: Happening) -> Iterator[Happening]:
    """Yield a start without its settings, and before it what they changed, if they did."""
    details = dict(happening.details)
    shown = details.pop(SETTINGS, None)
    if not isinstance(shown, dict):
        yield happening
        return
    last = SystemEvent.objects.filter(
        kind=SystemEventKind.CHANGE_CONFIGURATION, component=happening.component
    )
    before = last.order_by("-id").values_list("details", flat=True).first()
    if before is None or before["checksum"] != checksum_of(shown):
        yield _configured(happening, before, shown)
    yield replace(happening, details={**details, "schema": read_schema_level()})


def _configured(
    start: Happening, before: Mapping[str, object] | None, shown: Mapping[str, object]
) -> Happening:
    known = before[SETTINGS] if before is not None else {}
    changed = differences(known, shown) if isinstance(known, dict) and known else {}
    details = {
        "checksum": checksum_of(shown),
        "checksum_before": None if before is None else before["checksum"],
        "changed": changed,
        SETTINGS: shown,
    }
    words = (
        f"The {start.component} started for the first time with a configuration that is kept"
        if before is None
        else f"The {start.component} started with other settings: {', '.join(changed)}"
    )
    return replace(
        start,
        kind=str(SystemEventKind.CHANGE_CONFIGURATION),
        key=str(uuid5(NAMESPACE_OID, start.key)),
        words=words[:500],
        details=details,
    )


def record_aside(*, ends: bool = False, forks: bool = False) -> None:
    """
    Record what waits in a thread of its own, so that nobody waits for a database that is down.

    ends: give it a few seconds, because the process ends after this.
    forks: leave no open connection, because the children of this process would inherit it.
    """
    recording = threading.Thread(
        target=_record_and_let_go, args=(forks,), name="system-events", daemon=True
    )
    recording.start()
    if ends:
        recording.join(_PATIENCE_SECONDS)


def _record_and_let_go(forks: bool) -> None:  # noqa: FBT001 - a thread's target takes no names
    try:
        record_waiting()
    except Exception:
        log.exception("system_events_not_recorded")
    finally:
        connection.close()
        if forks and isinstance(connection, DatabaseWrapper):
            connection.close_pool()
