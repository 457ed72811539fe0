"""Holding what stands in a unit whose excursion goes on, once the rules say that it is held."""

from datetime import datetime

from audit.changes import machine_change
from custody.excursions import expose_and_report
from custody.waiting_holds import that_hold_now
from temperature.consequences import News
from temperature.models import Excursion, Probe


def hold_open_excursions(*, unit_id: int, at: datetime) -> list[Excursion]:
    """
    Hold by the rules in force, and say it in the deviation; the excursions, none where all is held.

    Who judges the probes meanwhile waits for them, or is waited for: it is held once.
    Source: REQUIREMENTS B4; URS-113, URS-115.
    """
    with machine_change(
        "temperature watch",
        action="hold_open_excursions",
        reason="It goes on, and the rules of handling hold what stands in it",
    ) as change:
        probes = that_hold_now().filter(unit=unit_id).values("probe")
        locked = Probe.objects.select_for_update(no_key=True).filter(pk__in=probes)
        keys = [probe.pk for probe in locked.order_by("pk")]
        rows = list(that_hold_now().filter(unit=unit_id, probe__in=keys).select_related("probe"))
        change.subject.update(unit=unit_id)
        expose_and_report(change, News(changed=rows), at)
        return rows
