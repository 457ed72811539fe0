"""How full units and containers are, and what stands in them, as one person may see it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, Value
from django.db.models.functions import Coalesce

from audit.authors import Author
from custody.models import Stay, is_held
from inventory.models import (
    Category,
    Container,
    ContainerType,
    Holds,
    LayoutKind,
    Position,
    PositionCondition,
    Site,
    Vial,
)


@dataclass(frozen=True, kw_only=True)
class Fill:
    """
    How many vials fit, and what the places are; whoever the vials belong to.

    kept: empty, but kept for a vial that was checked out. out_of_service: blocked or in doubt.
    """

    places: int = 0
    used: int = 0
    kept: int = 0
    out_of_service: int = 0

    @property
    def free(self) -> int:
        """Places where the next vial can go."""
        return max(0, self.places - self.used - self.kept - self.out_of_service)

    def __add__(self, other: "Fill") -> "Fill":
        """Add two fills up."""
        return Fill(
            places=self.places + other.places,
            used=self.used + other.used,
            kept=self.kept + other.kept,
            out_of_service=self.out_of_service + other.out_of_service,
        )


@dataclass(frozen=True, kw_only=True)
class ContainerRow:
    """One container of a list, with how full it is."""

    container: Container
    position_label: str
    fill: Fill


@dataclass(frozen=True, kw_only=True)
class SiteStorage:
    """The units that stand at one site, and the shippers that belong to it."""

    site: Site
    units: tuple[ContainerRow, ...]
    shippers: tuple[Container, ...] = ()

    @property
    def fill(self) -> Fill:
        """How full the site is."""
        return sum((row.fill for row in self.units), Fill())


def capacity(kind: ContainerType) -> int:
    """Return how many places a container of this type has."""
    if kind.layout == LayoutKind.GRID:
        return (kind.rows or 0) * (kind.columns or 0)
    return (kind.limit or 0) if kind.layout == LayoutKind.COUNTED else len(kind.names)


def storage_seen_by(person: Author) -> list[SiteStorage]:
    """Return the sites that `person` may see, with their units; six queries for any number."""
    return storage_at(list(Site.objects.visible_to(person).order_by("code")))


def storage_at(sites: Sequence[Site]) -> list[SiteStorage]:
    """Return these sites with their units; five queries for any number."""
    rows = Container.objects.filter(site__in=sites, position__isnull=True, retired_at__isnull=True)
    found = list(rows.select_related("type").order_by("name"))
    shippers = [unit for unit in found if unit.type.category == Category.SHIPPER]
    units = [unit for unit in found if unit.type.category != Category.SHIPPER]
    fills = _fills_of_units([unit.pk for unit in units])
    lines = [
        ContainerRow(container=unit, position_label="", fill=fills.get(unit.pk, Fill()))
        for unit in units
    ]
    return [
        SiteStorage(
            site=site,
            units=tuple(row for row in lines if row.container.site_id == site.pk),
            shippers=tuple(row for row in shippers if row.site_id == site.pk),
        )
        for site in sites
    ]


def _fills_of_units(keys: Collection[int]) -> dict[int, Fill]:
    holders = Container.objects.filter(
        unit__in=keys, type__holds=Holds.VIAL, retired_at__isnull=True
    ).values_list("unit", "type")
    kinds = ContainerType.objects.filter(holds=Holds.VIAL).in_bulk()
    places: Counter[int] = Counter()
    for unit, kind, count in holders.annotate(count=Count("pk")):
        places[unit] += count * capacity(kinds[kind])
    used = _counted(Stay.objects.open().filter(unit__in=keys), "unit")
    unfit = _counted(_out_of_service().filter(container__unit__in=keys), "container__unit")
    kept = _counted(_kept().filter(container__unit__in=keys), "container__unit")
    return {
        key: Fill(
            places=places[key],
            used=used.get(key, 0),
            kept=kept.get(key, 0),
            out_of_service=unfit.get(key, 0),
        )
        for key in keys
    }


def _counted(rows: QuerySet[Any, Any], key: str) -> dict[int, int]:
    """Count rows by `key`."""
    return dict(rows.values_list(key).annotate(count=Count("pk")).order_by())


def _out_of_service() -> QuerySet[Position]:
    """Return the empty places for vials that are blocked or in doubt."""
    rows = Position.objects.filter(holds=Holds.VIAL, vials__isnull=True)
    return rows.exclude(condition=PositionCondition.IN_SERVICE)


def _kept() -> QuerySet[Position]:
    rows = Position.objects.filter(reserved_for__isnull=False, holds=Holds.VIAL)
    return rows.filter(condition=PositionCondition.IN_SERVICE, vials__isnull=True)


def containers_inside(container: Container) -> list[ContainerRow]:
    """Return what stands in the places of `container`, with how full each is; four queries."""
    below = list(
        Container.objects.filter(path__startswith=container.path)
        .exclude(pk=container.pk)
        .select_related("type", "position")
    )
    fills = _fills_below(container, below)
    direct = [row for row in below if row.position and row.position.container_id == container.pk]
    return [
        ContainerRow(
            container=row,
            position_label="" if row.position is None else row.position.label,
            fill=sum((fills[each.pk] for each in below if row.pk in each.path_ids), Fill()),
        )
        for row in sorted(direct, key=_place_order)
    ]


def _place_order(row: Container) -> int:
    return 0 if row.position is None else row.position.ordinal


def _fills_below(container: Container, below: Sequence[Container]) -> dict[int, Fill]:
    """Return the fill of each container's own places, without what stands in it."""
    path = container.path
    used = _counted(Vial.objects.under(path), "position__container")
    inside = {"container__path__startswith": path}
    unfit = _counted(_out_of_service().filter(**inside), "container")
    kept = _counted(_kept().filter(**inside), "container")
    return {
        row.pk: _own_fill(row, used, unfit, kept) if row.type.holds == Holds.VIAL else Fill()
        for row in below
    }


def _own_fill(
    row: Container, used: Mapping[int, int], unfit: Mapping[int, int], kept: Mapping[int, int]
) -> Fill:
    fill = Fill(
        used=used.get(row.pk, 0),
        kept=kept.get(row.pk, 0),
        out_of_service=unfit.get(row.pk, 0),
    )
    return fill if row.retired_at else replace(fill, places=capacity(row.type))


def container_seen_by(person: Author, container_id: int) -> Container | None:
    """Return a container at a site that `person` may see, with everything its page names."""
    rows = Container.objects.filter(site__in=Site.objects.visible_to(person), pk=container_id)
    return rows.select_related("type", "site", "program", "therapy").first()


@dataclass(frozen=True)
class StoredVial:
    """
    One vial of a box.

    coi, pseudonym: empty for an allogeneic vial that nobody was allocated.
    """

    vial_id: int
    code: str
    place: str
    coi: str
    pseudonym: str
    product: str
    batch: str
    expires_at: datetime
    quality: str
    is_held: bool


def vials_in(container: Container, *, seen_by: Author) -> list[StoredVial]:
    """Return the vials of a box that the person may see, by place; one query."""
    rows = (
        Vial.objects.visible_to(seen_by)
        .filter(position__container=container)
        .annotate(
            told_coi=Coalesce("therapy__coi", Value("")),
            told_pseudonym=Coalesce("therapy__patient__pseudonym", Value("")),
            held_now=is_held(),
        )
        .order_by("position__ordinal")
    )
    return [
        StoredVial(*row)
        for row in rows.values_list(
            "pk", "code", "position__label", "told_coi", "told_pseudonym",
            "batch__product__code", "batch__number", "expires_at", "quality", "held_now",
        )
    ]  # fmt: skip


def total(rows: Iterable[ContainerRow]) -> Fill:
    """Return the fill of all rows together."""
    return sum((row.fill for row in rows), Fill())
