"""Judging whether a level follows its fills: three of them are looked at, which may be days."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q

from temperature.models import ContactSpell, Excursion, ExcursionRule, Probe, Quantity
from temperature.points import points_of, usable_readings
from temperature.rules.fills import Valve, without_fill
from temperature.rules.intervals import Beyond, Stretch, silent_after
from temperature.rules.parts import beginning_at, filled_alike, split
from temperature.surroundings import Surroundings

FARTHEST = timedelta(days=20)
"""No rules of filling look back as far. Source: `refusals_of_filling`."""


def judge_fills(
    probe: Probe, around: Surroundings, dirty_from: datetime, *, at: datetime
) -> tuple[list[Beyond], list[Excursion]]:
    """
    Return what the readings of a level show of its fills, and what is written of the same time.

    dirty_from: the earliest reading that was never judged. Nothing that is written goes on, or
    ended, where the reading begins: what is found from there on is what all readings show.
    Source: REQUIREMENTS B4; URS-105, URS-111.
    """
    if probe.quantity != Quantity.LEVEL:
        return [], []
    stretches = around.stretches(probe, since=dirty_from - FARTHEST)
    rules = [stretch.fills for stretch in stretches if stretch.fills is not None]
    if not rules:
        return [], []
    lead = max(each.looks_back for each in rules)
    judged = _judged_from(probe, dirty_from, max(each.within for each in rules))
    rows = _written_since(probe, judged - lead)
    while rows and rows[0].began_at < judged:
        judged = rows[0].began_at
        rows = _written_since(probe, judged - lead)
    return _found(probe, around, judged, judged - lead, at), rows


def _judged_from(probe: Probe, dirty_from: datetime, within: timedelta) -> datetime:
    """Return from when on new readings may show something else: what was not yet to be found."""
    before = usable_readings(probe).filter(device_at__lt=dirty_from).order_by("-device_at")
    last = before.values_list("device_at", flat=True).first()
    return (last or dirty_from) - within


def _written_since(probe: Probe, since: datetime) -> list[Excursion]:
    """Return what is written and goes on, or ended, after an instant; the earliest first."""
    rows = Excursion.objects.standing().filter(probe=probe).exclude(rule=ExcursionRule.LIMIT)
    rows = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=since))
    return list(rows.order_by("began_at"))


def _found(
    probe: Probe, around: Surroundings, judged: datetime, since: datetime, at: datetime
) -> list[Beyond]:
    """Judge the stretches; what begins before `judged` counts where a stretch is seen whole."""
    stretches = around.stretches(probe, since=since)
    joined = filled_alike(stretches)
    whole: Sequence[Stretch] = [beginning_at(stretch, since) for stretch in joined]
    silent = silent_after(probe.expected_every)
    valves = _valves_of({stretch.unit_id for stretch in stretches}, since)
    begins = {part.begins_at for part in joined if part.begins_at >= since}
    return [
        replace(one, limits_id=_limits_at(stretches, one))
        for stretch, own in split(points_of(probe, since, around.corrections.get(probe.pk)), whole)
        for one in without_fill(
            own, stretch, silent=silent, until=at, valves=valves.get(stretch.unit_id, ())
        )
        if one.began_at >= judged or stretch.begins_at in begins
    ]


def _valves_of(unit_ids: Collection[int], since: datetime) -> Mapping[int, Sequence[Valve]]:
    """Return when the filling valves of units were open, in the order in which they opened."""
    rows = ContactSpell.objects.filter(unit__in=unit_ids, probe__quantity=Quantity.FILLING)
    rows = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=since)).order_by("began_at")
    found: dict[int, list[Valve]] = {}
    for row in rows:
        found.setdefault(row.unit_id, []).append(Valve(row.began_at, row.ended_at))
    return found


def _limits_at(stretches: Sequence[Stretch], one: Beyond) -> int:
    """Return the limits in force when it began, of those under which the tank is filled alike."""
    begun = [part.limits_id for part in stretches if part.begins_at <= one.began_at]
    return begun[-1] or one.limits_id if begun else one.limits_id
