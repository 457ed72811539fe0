"""Holding what an excursion touched, where that was put off."""

from datetime import datetime

from django.db import connection

from audit.changes import machine_change
from audit.writes import update_all
from custody.due_holds import due_of
from custody.excursion_holds import Outcome, hold_exposed
from custody.excursions import AS_LONG_AS_IT_TAKES, by_event, report_held
from inventory.models import Container


def hold_due(*, unit_id: int, at: datetime) -> list[Outcome]:
    """
    Hold what stood in the excursions of a unit whose holds are due, and say so in the deviation.

    Returns what was held, warmth and nitrogen apart.

    Done twice at once, the second finds nothing left to do. Source: 21 CFR 211.150(b); URS-113.
    """
    with machine_change(
        "custody watch", action="hold_due", reason="An excursion holds what stood in it"
    ) as change:
        unit = Container.objects.get(pk=unit_id)
        change.subject.update(unit=unit.code)
        due = due_of(unit_id)
        with connection.cursor() as cursor:
            cursor.execute(AS_LONG_AS_IT_TAKES)
        standing = [row.excursion for row in due if not row.excursion.is_withdrawn]
        events = by_event(standing)
        outcomes = [hold_exposed(change, unit, rows, at=at) for rows in events]
        for row in due:
            row.done_at = at
        update_all(due, ["done_at"])
        for rows, outcome in zip(events, outcomes, strict=True):  # its number stays locked
            report_held(change, rows[0], outcome, at)
        return outcomes
