"""Holding what an excursion touched, where that was put off."""

from datetime import datetime

from django.db import connection

from audit.changes import machine_change
from audit.writes import update_all
from custody.due_holds import due_of
from custody.excursion_holds import Outcome, hold_exposed
from custody.excursions import AS_LONG_AS_IT_TAKES, report_held
from inventory.models import Container


def hold_due(*, unit_id: int, at: datetime) -> Outcome:
    """
    Hold what stood in the excursions of a unit whose holds are due, and say so in the deviation.

    Done twice at once, the second finds nothing left to do. Source: 21 CFR 211.150(b); URS-113.
    """
    with machine_change(
        "custody watch", action="hold_due", reason="An excursion holds what stood in it"
    ) as change:
        unit = Container.objects.get(pk=unit_id)
        change.subject.update(unit=unit.code)
        due = due_of(unit_id)
        if not due:
            return Outcome()
        with connection.cursor() as cursor:
            cursor.execute(AS_LONG_AS_IT_TAKES)
        rows = [row.excursion for row in due if not row.excursion.is_withdrawn]
        outcome = hold_exposed(change, unit, rows, at=at) if rows else Outcome()
        for row in due:
            row.done_at = at
        update_all(due, ["done_at"])
        report_held(change, unit, outcome, at)
        return outcome
