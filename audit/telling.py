"""
Telling what the system did: written down at once, by processes that may have no database.

Nothing here needs Django's tables, so gunicorn's own process may use it before it forks.
"""

import socket
from collections.abc import Mapping
from pathlib import Path

import structlog
from django.conf import settings

from audit.configuration import configuration_checksum, effective_settings
from audit.spool import Happening, Spool
from audit.system_event_kinds import SystemEventKind

STARTS = {
    "web": (SystemEventKind.START_WEB, SystemEventKind.STOP_WEB),
    "worker": (SystemEventKind.START_WORKER, SystemEventKind.STOP_WORKER),
    "worker of alarms": (
        SystemEventKind.START_ALARM_WORKER,
        SystemEventKind.STOP_ALARM_WORKER,
    ),
    "scheduler": (SystemEventKind.START_SCHEDULER, SystemEventKind.STOP_SCHEDULER),
    "watchdog": (SystemEventKind.START_WATCHDOG, SystemEventKind.STOP_WATCHDOG),
}
SETTINGS = "settings"

log = structlog.get_logger(__name__)


def spool() -> Spool:
    """Return the folder in which events wait."""
    return Spool(Path(settings.SYSTEM_EVENT_SPOOL))


def tell(
    kind: SystemEventKind, *, component: str, words: str, details: Mapping[str, object]
) -> None:
    """Write an event down; a folder that cannot be written is logged, and stops nobody."""
    machine = socket.gethostname()
    happening = Happening(
        kind=str(kind),
        component=component,
        device=f"{component} on {machine}"[:200],
        words=words,
        details=details,
    )
    try:
        if not spool().keep(happening):
            log.error("system_event_only_counted", kind=str(kind))
    except OSError as fault:
        log.exception("system_event_not_kept", kind=str(kind), fault=str(fault))


def tell_start(component: str) -> None:
    """Write down that a process starts, with what it runs; its settings are compared later."""
    tell(
        STARTS[component][0],
        component=component,
        words=f"The {component} started",
        details={
            "version": settings.APP_VERSION,
            "commit": settings.APP_COMMIT,
            "configuration": configuration_checksum(),
            SETTINGS: effective_settings(),
        },
    )


def tell_stop(component: str) -> None:
    """Write down that a process was asked to stop and does."""
    tell(STARTS[component][1], component=component, words=f"The {component} stopped", details={})


def tell_failed_job(name: str, task_id: str, fault: BaseException | None) -> None:
    """Write down that a job failed; its arguments are left out: they may name patients."""
    tell(
        SystemEventKind.FAIL_JOB,
        component="worker",
        words=f"The job {name} failed",
        details={"job": name, "task": task_id, "fault": type(fault).__name__},
    )
