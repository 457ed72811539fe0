"""Holding the contents of a unit that no probe measures any more."""

from datetime import datetime

from audit.changes import machine_change
from custody.blind_holds import blind_to_hold, hold_blind
from custody.models import Hold
from inventory.models import Container
from temperature.models import Alarm


def hold_blind_unit(*, alarm_id: int, at: datetime) -> Hold | None:
    """
    Hold what stands in a blind unit, by the rules of handling; None where that is done or over.

    The unit is locked first, as by who judges whether it is blind, so that it is held once.
    Source: REQUIREMENTS B4; URS-108, URS-113, URS-115.
    """
    with machine_change(
        "temperature watch", action="hold_blind_unit", reason="As long as the rules say"
    ) as change:
        unit_id = Alarm.objects.values_list("unit_id", flat=True).get(pk=alarm_id)
        unit = Container.objects.select_for_update(no_key=True).get(pk=unit_id)
        change.subject.update(unit=unit.name)
        if alarm_id not in blind_to_hold(at=at):
            return None
        rows = Alarm.objects.select_related("unit", "gap")
        alarm = rows.select_for_update(of=("self",), no_key=True).get(pk=alarm_id)
        return hold_blind(change, alarm, at=at)
