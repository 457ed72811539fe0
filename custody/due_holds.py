"""Holding at once what an excursion touched, or putting it off where others would have to wait."""

from collections.abc import Sequence
from datetime import datetime

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from audit.changes import OpenChange
from audit.writes import create_all, update_all
from custody.excursion_holds import Outcome, hold_exposed, number_due
from custody.models import DueHold
from inventory.models import Container
from temperature.models import Excursion

AT_ONCE = 5_000
"""So many are held in a second or two, while the alarm waits; more are held right after it."""
WAITS = "SET LOCAL lock_timeout = '1s'"
WAITS_AS_ALWAYS = "SET LOCAL lock_timeout TO DEFAULT"


def hold_or_put_off(
    change: OpenChange, unit: Container, excursions: Sequence[Excursion], *, at: datetime
) -> Outcome | None:
    """
    Hold what stood in these excursions in this Change, as `hold_exposed` does.

    None where it was put off: there is too much of it, or somebody works on one of the vials. An
    alarm must neither wait for its hold nor fail with it; nobody can take the vials meanwhile, for
    an excursion that quality has not evaluated refuses every pick. Source: URS-107, URS-113.
    """
    if number_due(excursions) > AT_ONCE:
        put_off(excursions, at=at)
        return None
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(WAITS)
            outcome = hold_exposed(change, unit, excursions, at=at)
            cursor.execute(WAITS_AS_ALWAYS)
            return outcome
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
    put_off(excursions, at=at)
    return None


def put_off(excursions: Sequence[Excursion], *, at: datetime) -> None:
    """Say that the vials of these excursions are to be held in a Change of its own."""
    rows = {row.excursion_id: row for row in DueHold.objects.filter(excursion__in=excursions)}
    done = [row for row in rows.values() if row.done_at is not None]
    for row in done:
        row.put_off_at, row.done_at = at, None
    update_all(done, ["put_off_at", "done_at"])
    new = [row for row in excursions if row.pk not in rows]
    create_all([DueHold(excursion=row, put_off_at=at) for row in new])


def due_of(unit_id: int) -> list[DueHold]:
    """Return the holds that are due in a unit, locked."""
    rows = DueHold.objects.filter(done_at__isnull=True, excursion__unit=unit_id)
    rows = rows.select_related("excursion__probe", "excursion__unit").order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True))


def units_due() -> list[int]:
    """Return the keys of the units in which a hold is due."""
    due = DueHold.objects.filter(done_at__isnull=True).select_related("excursion")
    return sorted({row.excursion.unit_id for row in due})
