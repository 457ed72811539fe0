"""Where the contents of a unit could go: others of its site and storage class that have room."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from custody.queries.storage import SiteStorage
from inventory.models import Container
from temperature.models import CONTACTS, GRAVITY, Excursion, Level


@dataclass(frozen=True, kw_only=True)
class Backup:
    """A unit with room; free: how many vials fit."""

    unit_id: int
    name: str
    free: int


def backups_among(
    unit: Container, storage: Sequence[SiteStorage], *, warm: Collection[int]
) -> list[Backup]:
    """
    Return the units that could take what stands in `unit`, the roomiest first.

    unit: with its type; storage: what the reader may see; warm: the keys of `too_warm`.
    Source: FACT storage standards, spare device; REQUIREMENTS B4; URS-104.
    """
    found = [
        Backup(unit_id=row.container.pk, name=row.container.name, free=row.fill.free)
        for site in storage
        for row in site.units
        if row.container.site_id == unit.site_id
        and row.container.type.storage_class == unit.type.storage_class
        and row.container.pk not in {unit.pk, *warm}
        and row.fill.free
    ]
    return sorted(found, key=lambda backup: (-backup.free, backup.name))


def too_warm() -> set[int]:
    """Return the units with an open excursion of action or graver; they take nothing in."""
    grave = [level for level in Level if GRAVITY[level] >= GRAVITY[Level.ACTION]]
    rows = Excursion.objects.open().filter(level__in=grave)
    return {row.unit_id for row in rows.exclude(probe__quantity__in=CONTACTS)}
