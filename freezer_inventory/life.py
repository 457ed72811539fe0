"""The beginning and the end of our processes, told to the trail without holding them up."""

from datetime import datetime
from threading import Thread

import django
import structlog
from django.apps import apps
from django.db import connection
from django.utils import timezone

from audit.telling import tell_start, tell_stop

log = structlog.get_logger(__name__)


def begin(component: str) -> None:
    """Tell that a process with a loaded Django starts, and record it beside what it does."""
    tell_start(component)
    record(forks=True)


def end(component: str) -> None:
    """Tell that a process stops, and give the database a few seconds to record it."""
    tell_stop(component)
    record(ends=True)


def record(*, ends: bool = False, forks: bool = False) -> None:
    """Record what waits; see `audit.system_events.record_aside`."""
    if not apps.ready:
        django.setup()
    from audit.system_events import record_aside  # it needs the tables that `setup` loads

    record_aside(ends=ends, forks=forks)


def await_work() -> None:
    """Say, aside, that whoever asks, judges and tells is awaited from when the portal starts."""
    Thread(target=_await_work, args=(timezone.now(),), name="await-work", daemon=True).start()


def _await_work(at: datetime) -> None:
    from temperature.work_marks import await_work  # it needs the tables that `setup` loads

    try:
        await_work(at=at)
    except Exception:
        log.exception("start_not_marked")
    finally:
        connection.close()
