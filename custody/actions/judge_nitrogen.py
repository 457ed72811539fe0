"""Judging whether the nitrogen of a tank runs low."""

from datetime import datetime

from audit.changes import machine_change
from custody.nitrogen import about_tank, lasting_of, subject_of
from inventory.models import Container
from temperature.alarms_about import settle_about
from temperature.models import AlarmCause, Level


def judge_nitrogen(*, unit_id: int, at: datetime) -> None:
    """
    Raise the alarm of a tank whose nitrogen runs low, tell it anew, or resolve it.

    The unit is locked, so that it is raised once whoever judges.
    Source: REQUIREMENTS B4, D1; URS-104, URS-107.
    """
    with machine_change(
        "custody watch", action="judge_nitrogen", reason="Its nitrogen runs low, or was filled up"
    ) as change:
        rows = Container.objects.select_related("type", "site")
        unit = rows.select_for_update(of=("self",), no_key=True).get(pk=unit_id)
        change.subject.update(unit=unit.name)
        found = lasting_of([unit.pk], at=at)[unit.pk]
        level, lasts = found.level, found.survival
        if found.is_settled:
            return
        settle_about(
            about_tank(unit.pk),
            None if level is None or lasts is None else subject_of(unit, lasts, at=at),
            cause=AlarmCause.NITROGEN,
            level=level or Level.WARNING,
            at=at,
        )
