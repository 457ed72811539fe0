"""Telling people of work that fails again and again for one thing."""

from datetime import UTC, datetime

from audit.changes import machine_change
from temperature.alarms_about import Subject, settle_about
from temperature.models import AlarmCause, LeftUndone, Level


def settle_undone(*, about: str, at: datetime) -> None:
    """
    Raise the alarm about work that fails again and again, or resolve it where it was done since.

    about: the work and the key of the thing, with a blank between. What failed is locked, so that
    it is raised once. Source: REQUIREMENTS A11; URS-46, URS-108.
    """
    with machine_change(
        "temperature watch", action="settle_undone", reason="It failed again and again, or did not"
    ) as change:
        work, _, key = about.rpartition(" ")
        rows = LeftUndone.objects.filter(work=work, key=int(key))
        left = rows.select_for_update(of=("self",), no_key=True).first()
        change.subject.update(about=about)
        settle_about(about, _subject(left), cause=AlarmCause.UNDONE, level=Level.CRITICAL, at=at)


def _subject(left: LeftUndone | None) -> Subject | None:
    if left is None or left.unit_id is None:
        return None
    words = (
        f"{left.get_work_display()} {left.what} fails since "
        f"{left.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC ({left.fault}), so nothing about it is "
        "raised. It is tried every minute. Look at the unit itself, and call who runs the portal."
    )
    return Subject(unit_id=left.unit_id, program_id=None, words=words)
