"""Telling the trail of the migrations that were applied."""

from collections.abc import Sequence

from django.db.migrations import Migration

from audit.configuration import memory, read_schema_level
from audit.system_event_kinds import SystemEventKind
from audit.system_events import record_waiting
from audit.telling import tell

Plan = Sequence[tuple[Migration, bool]]


def tell_migrations(*, plan: Plan = (), **_: object) -> None:
    """
    Tell what a run of `migrate` applied and took back, once for each run.

    The run that makes the trail itself is told by the first start: before it there was nothing
    to change. Source: FDA Data Integrity Q&A 1c; URS-46.
    """
    memory.schema = ""
    applied = [_name(migration) for migration, is_backwards in plan if not is_backwards]
    taken_back = [_name(migration) for migration, is_backwards in plan if is_backwards]
    if "audit.0001_trail" in applied or not plan:
        return
    tell(
        SystemEventKind.APPLY_MIGRATIONS,
        component="command",
        words=f"{len(applied)} migrations were applied, {len(taken_back)} taken back",
        details={"applied": applied, "taken_back": taken_back, "schema": read_schema_level()},
    )
    record_waiting()


def _name(migration: Migration) -> str:
    return f"{migration.app_label}.{migration.name}"
