"""Judging whether a vial is out of storage for too long."""

from datetime import datetime

from audit.changes import machine_change
from custody.locks import lock_vials
from custody.queries.warmth import warmth_of
from custody.time_alarms import about_vial, beyond, subject_of
from temperature.alarms_about import settle_about
from temperature.models import AlarmCause, Level


def judge_time_out(*, vial_id: int, at: datetime) -> None:
    """
    Raise the alarm of a vial that is out beyond its budget, or resolve it; nothing happens to it.

    The vial is locked, so that whoever puts it back or takes it out waits, and it is raised once.
    Raises NotFound (UNKNOWN_VIAL). Source: REQUIREMENTS B5; URS-107, URS-113.
    """
    with machine_change(
        "custody watch", action="judge_time_out", reason="Its time out of storage is up, or over"
    ) as change:
        [vial] = lock_vials([vial_id])
        change.subject.update(vial=vial.code)
        facts = warmth_of([vial.pk], at=at)[vial.pk]
        over = beyond(facts, at=at)
        found = None if over is None else subject_of(vial, facts, over, at=at)
        settle_about(about_vial(vial.pk), found, cause=AlarmCause.OUT, level=Level.CRITICAL, at=at)
