"""Units of which no probe gives evidence any more: one critical alarm for each."""

from datetime import datetime

from django.db.models import F, Q

from audit.writes import create_all
from inventory.models import Container
from temperature.alarms import resolve
from temperature.models import CONTACTS, Alarm, AlarmCause, Fitting, Gap, GapCause, Level, Quantity
from temperature.rules.alarms import is_found_late

BLINDING = (GapCause.SILENT, GapCause.UNUSABLE, GapCause.FLAT, GapCause.JUMPS)
"""Two probes that disagree both speak: which of them is right is another question."""


def blind_by(unit_id: int) -> Gap | None:
    """
    Return the gap that left a unit without evidence, of the last probe that gave some.

    None while a probe that sits in it gives evidence. Its thermometers count, where it has any: a
    level does not say how cold it is, and a contact says nothing of it. A probe that said nothing
    since it was fitted counts for nothing until it speaks, or is missed. Where the last one was
    taken out, what was blind is blind until another speaks. Two statements.
    """
    probes = _counting(unit_id)
    rows = Gap.objects.open().filter(unit=unit_id, probe__in=probes, cause__in=BLINDING)
    first: dict[int, Gap] = {}
    for row in rows.select_related("probe").order_by("began_at"):
        first.setdefault(row.probe_id, row)
    if not first and not any(probes.values()):
        return _known_of(unit_id)
    if not first or any(spoke and key not in first for key, spoke in probes.items()):
        return None
    return max(first.values(), key=lambda row: row.began_at)


def _known_of(unit_id: int) -> Gap | None:
    told = Alarm.objects.open().filter(unit=unit_id, cause=AlarmCause.BLIND)
    alarm = told.select_related("gap__probe").first()
    return None if alarm is None else alarm.gap


def _counting(unit_id: int) -> dict[int, bool]:
    """Return the probes that count, and whether each ever spoke where it sits."""
    fitted = Fitting.objects.filter(unit=unit_id, ended_at__isnull=True)
    fitted = fitted.exclude(probe__quantity__in=CONTACTS)
    spoke = Q(probe__state__usable_at__gte=F("began_at"))
    rows = list(fitted.annotate(spoke=spoke).values_list("probe", "spoke", "probe__quantity"))
    thermometers = [row for row in rows if row[2] == Quantity.TEMPERATURE]
    return {probe: bool(has_spoken) for probe, has_spoken, _ in thermometers or rows}


def settle_blindness(unit_id: int, *, at: datetime) -> Container:
    """
    Raise the alarm of a unit of which no probe gives evidence, or resolve it; return the unit.

    The unit is locked first: of two probes that fall silent in one instant, each would else take
    the other for one that still speaks. Source: REQUIREMENTS B4; 21 CFR 1271.260(e); URS-108.
    """
    unit = Container.objects.select_for_update(no_key=True).get(pk=unit_id)
    told = Alarm.objects.open().filter(unit=unit, cause=AlarmCause.BLIND)
    alarm = told.select_for_update(of=("self",), no_key=True).first()
    gap = blind_by(unit.pk)
    if alarm is not None and gap is None:
        resolve([alarm], at=at)
    if alarm is None and gap is not None:
        create_all([_blind(unit, gap, at)])
    return unit


def _blind(unit: Container, gap: Gap, at: datetime) -> Alarm:
    return Alarm(
        unit=unit,
        cause=AlarmCause.BLIND,
        level=Level.CRITICAL,
        gap=gap,
        raised_at=at,
        told_from=at,
        is_late=is_found_late(gap, at=at),
    )
