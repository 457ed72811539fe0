"""Judging whether any probe of a unit measures."""

from datetime import datetime

from audit.changes import machine_change
from temperature.blindness import settle_blindness


def judge_unit(*, unit_id: int, at: datetime) -> None:
    """
    Raise the alarm of a unit of which no probe measures, or resolve it.

    Source: REQUIREMENTS B4; URS-108.
    """
    with machine_change(
        "temperature watch", action="judge_unit", reason="Its probes fell silent, or changed"
    ) as change:
        unit = settle_blindness(unit_id, at=at)
        change.subject.update(unit=unit.name)
