"""Where the contents of a unit could go: others of its site and storage class that have room."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from custody.queries.storage import SiteStorage
from inventory.models import Container, Holds, Position, PositionCondition
from temperature.models import APART, LOUD
from temperature.queries.alarms import OfUnit
from temperature.queries.board import UnitNow
from temperature.rules.survival import Survival


@dataclass(frozen=True, kw_only=True)
class Backup:
    """A unit with room; free: how many vials or racks fit; doubt: why it may not be fit."""

    unit_id: int
    name: str
    free: int
    doubt: str = ""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """How a unit stands: whether it takes anything in, and why it may not be fit to."""

    takes_in: bool
    doubt: str


def backups_among(
    unit: Container,
    storage: Sequence[SiteStorage],
    *,
    conditions: Mapping[int, Condition],
    racks: Mapping[int, int] | None = None,
) -> list[Backup]:
    """
    Return the units that could take what stands in `unit`, those in doubt last, the roomiest first.

    unit: with its type; storage: what the reader may see; conditions: of the units of its site.
    racks: how many racks fit into each, where racks are asked about and not vials.
    Source: FACT storage standards, spare device; REQUIREMENTS B4; URS-104.
    """
    found = [
        Backup(
            unit_id=row.container.pk,
            name=row.container.name,
            free=free,
            doubt=conditions[row.container.pk].doubt,
        )
        for site in storage
        for row in site.units
        if row.container.pk in conditions
        and conditions[row.container.pk].takes_in
        and is_alike(row.container, unit)
        and (free := row.fill.free if racks is None else racks.get(row.container.pk, 0))
    ]
    return sorted(found, key=lambda backup: (bool(backup.doubt), -backup.free, backup.name))


def rack_places(units: Collection[int], categories: Collection[str]) -> dict[int, int]:
    """Count the free places in these units that take a container of one of the categories."""
    rows = Position.objects.filter(
        container__unit__in=units,
        container__retired_at__isnull=True,
        condition=PositionCondition.IN_SERVICE,
        holds=Holds.CONTAINER,
        containers__isnull=True,
    )
    taking = Q(pk__in=[])
    for category in categories:
        taking |= Q(container__type__accepts__contains=[category])
    counted = rows.filter(taking).values_list("container__unit").annotate(free=Count("pk"))
    return {unit: free for unit, free in counted.order_by() if unit is not None}


def is_alike(other: Container, unit: Container) -> bool:
    """Say whether another unit is of the same site and storage class; both with their types."""
    return (
        other.pk != unit.pk
        and other.site_id == unit.site_id
        and other.type.storage_class == unit.type.storage_class
    )


def conditions_of(
    stand: Iterable[UnitNow], lasting: Mapping[int, Survival], stands: Mapping[int, OfUnit]
) -> dict[int, Condition]:
    """
    Say of each unit whether something speaks against bringing product there.

    lasting: how long the nitrogen lasts; stands: their alarms.
    Source: REQUIREMENTS B4; URS-104, URS-108.
    """
    return {
        now.unit.pk: Condition(
            takes_in=not any(row.is_grave for row in now.excursions),
            doubt=next(_doubts(now, lasting.get(now.unit.pk), stands.get(now.unit.pk)), ""),
        )
        for now in stand
    }


def _doubts(now: UnitNow, lasting: Survival | None, stands: OfUnit | None) -> Iterator[str]:
    """Yield what speaks against a unit, the gravest first."""
    yield from _of_measuring(now)
    for row in now.excursions:
        if row.level in LOUD:
            yield f"{row.get_level_display()}, {row.get_rule_display().lower()}"
    if now.beyond:
        yield "beyond a limit"
    if lasting is not None and lasting.is_short:
        yield "nitrogen runs low"
    for alarm in () if stands is None else stands.alarms:
        if alarm.level in LOUD and alarm.cause not in APART:
            yield f"alarm, {alarm.what.lower()}"


def _of_measuring(now: UnitNow) -> Iterator[str]:
    """Yield why nobody may know, or be told, how cold a unit is."""
    if not now.thermometers:
        yield "no thermometer"
    for probe in now.probes:
        if probe.doubt and not probe.quantity.is_contact:
            yield f"{probe.code}: {probe.doubt}"
    if not now.has_limits:
        yield "no limits in force"
