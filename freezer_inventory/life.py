"""The beginning and the end of our processes, told to the trail without holding them up."""

import django
from django.apps import apps

from audit.telling import tell_start, tell_stop


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
