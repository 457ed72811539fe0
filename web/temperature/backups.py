"""How a unit stands, and where its contents could go, read together."""

from collections.abc import Collection
from datetime import datetime

from accounts.models import Person
from custody.queries.backups import Backup, backups_among, conditions_of, is_alike, rack_places
from custody.queries.storage import storage_seen_by
from inventory.models import Container
from temperature.queries.alarms import OfUnit, alarms_at
from temperature.queries.board import UnitNow, units_now
from temperature.queries.survival import survivals
from temperature.rules.survival import Survival


def with_backups(
    unit: Container, person: Person, at: datetime
) -> tuple[UnitNow, Survival | None, OfUnit, list[Backup]]:
    """Return how a unit stands, and where its contents could go; all alike are read at once."""
    storage = storage_seen_by(person)
    seen = [row.container for site in storage for row in site.units]
    units = [unit, *(other for other in seen if is_alike(other, unit))]
    stand, stands = units_now(units, at=at), alarms_at([each.pk for each in units], at=at)
    lasts = survivals(stand, at=at)
    conditions = conditions_of(stand, lasts, stands)
    backups = backups_among(unit, storage, conditions=conditions)
    return stand[0], lasts.get(unit.pk), stands[unit.pk], backups


def rooms_for_racks(
    unit: Container, person: Person, at: datetime, *, categories: Collection[str]
) -> list[Backup]:
    """Return where racks of these categories could go out of a unit, what is in doubt last."""
    storage = storage_seen_by(person)
    alike = [
        row.container for site in storage for row in site.units if is_alike(row.container, unit)
    ]
    keys = [each.pk for each in alike]
    stand = units_now(alike, at=at)
    conditions = conditions_of(stand, survivals(stand, at=at), alarms_at(keys, at=at))
    racks = rack_places(keys, categories)
    return backups_among(unit, storage, conditions=conditions, racks=racks)
