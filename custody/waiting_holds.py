"""Excursions that go on and hold by the rules in force, where nothing is held for them yet."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from custody.handling import excursions_held_from, newest_rules
from custody.models import DueHold, Hold, HoldsFrom, Stay
from temperature.models import GRAVE, GRAVITY, Excursion, Level, Quantity, Side


def grave_now() -> QuerySet[Excursion]:
    """Return the excursions that go on and that a rule of handling can hold for, as of now."""
    warm = Q(side=Side.ABOVE, probe__quantity=Quantity.TEMPERATURE)
    short = Q(side=Side.BELOW, probe__quantity=Quantity.LEVEL)
    return Excursion.objects.open().filter(warm | short, level__in=GRAVE)


def that_hold_now() -> QuerySet[Excursion]:
    """
    Return those that hold by the rules in force, while vials stand there and none was held for it.

    Rules that were signed while it went on reach it so, and what came into an empty unit.
    Source: REQUIREMENTS B4; URS-113.
    """
    least = excursions_held_from(newest_rules())
    if least == HoldsFrom.NEVER:
        return Excursion.objects.none()
    levels = [level for level in Level if GRAVITY[level] >= GRAVITY[Level(least)]]
    same = Q(excursion__ended_at__isnull=True) | Q(excursion__ended_at__gt=OuterRef("began_at"))
    held = Hold.objects.filter(same, excursion__unit=OuterRef("unit"))
    stands = Stay.objects.filter(unit=OuterRef("unit"), ended_at__isnull=True)
    due = DueHold.objects.filter(done_at__isnull=True, excursion=OuterRef("pk"))
    return grave_now().filter(Exists(stands), ~Exists(held), ~Exists(due), level__in=levels)


def units_to_hold() -> list[int]:
    """Return the units in which they go on."""
    return sorted({row.unit_id for row in that_hold_now()})


def grave_at(site_ids: Collection[int]) -> list[Excursion]:
    """Return what goes on at these sites, for who sets the rules; by unit, the gravest first."""
    rows = grave_now().filter(unit__site__in=site_ids).select_related("unit", "probe")
    by_gravity = sorted(rows, key=lambda row: GRAVITY[Level(row.level)], reverse=True)
    return sorted(by_gravity, key=lambda row: row.unit.name)
