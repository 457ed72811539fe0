"""Holding what stands in a unit that no probe measures any more, where quality signed so."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from audit.changes import OpenChange
from custody.about_units import about_gaps
from custody.excursion_holds import lock_reached, place_by_rule
from custody.handling import newest_rules
from custody.models import HandlingRules, Hold
from custody.rules.placed_by import rule_of
from sop.deviations import add_to_open_deviation
from temperature.models import Alarm, AlarmCause

STOOD = """
    WITH RECURSIVE family (id) AS (
        SELECT s.vial_id FROM public.custody_stay s
        WHERE s.unit_id = %(unit)s AND COALESCE(s.ended_at, 'infinity') > %(since)s
        UNION
        SELECT v.id FROM public.inventory_vial v JOIN family f ON v.parent_id = f.id
    )
    SELECT v.id, v.code, v.custody, v.program_id
    FROM public.inventory_vial v
    WHERE v.id IN (SELECT id FROM family)
    ORDER BY v.id FOR NO KEY UPDATE OF v
"""


def blind_held_from(rules: HandlingRules | None) -> timedelta | None:
    """Return how long a unit must be blind for its contents to be held; None: they never are."""
    minutes = None if rules is None else rules.blind_hold_minutes
    return None if minutes is None else timedelta(minutes=minutes)


def blind_to_hold(*, at: datetime) -> list[int]:
    """Return the open alarms of blind units whose contents are to be held and are not."""
    least = blind_held_from(newest_rules())
    if least is None:
        return []
    rows = Alarm.objects.open().filter(cause=AlarmCause.BLIND, gap__began_at__lte=at - least)
    held = Hold.objects.filter(gap=OuterRef("gap"))
    return list(rows.exclude(Exists(held)).order_by("pk").values_list("pk", flat=True))


def hold_blind(change: OpenChange, alarm: Alarm, *, at: datetime) -> Hold | None:
    """
    Hold what stood in a blind unit since it was last measured; None where nothing did.

    alarm: locked, with its unit and its gap. Once released, the same silence holds nothing again.
    Source: REQUIREMENTS B4; 21 CFR 211.150(b); URS-108, URS-113, URS-115.
    """
    gap = alarm.gap
    if gap is None:
        return None
    found = lock_reached(STOOD, {"unit": alarm.unit_id, "since": gap.began_at})
    if not found.keys:
        return None
    hold = Hold(
        reason=f"Held by itself: no probe of {alarm.unit.name} measures while it stands there",
        gap=gap,
        rules=newest_rules(),
        placed_at=at,
    )
    place_by_rule(change, alarm.unit, found, hold)
    words = f"Hold {hold.pk} holds {len(found.keys)} vials ({rule_of(hold)})."
    add_to_open_deviation(about_gaps(alarm.unit_id), words)
    return hold
