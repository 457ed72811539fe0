"""Recording what the system itself did."""

from audit.changes import machine_change
from audit.models import SystemEvent
from audit.spool import Happening


def record_system_event(*, happening: Happening, device: str) -> SystemEvent:
    """
    Record one system event as a machine's change; one that is recorded already is left alone.

    Source: FDA Data Integrity Q&A 1c; URS-46.
    """
    known = SystemEvent.objects.filter(key=happening.key).first()
    if known is not None:
        return known
    with machine_change(device, action=happening.kind, reason=happening.words):
        event = SystemEvent(
            key=happening.key,
            kind=happening.kind,
            component=happening.component,
            happened_at=happening.happened_at,
            details=dict(happening.details),
        )
        event.save(force_insert=True)
    return event
