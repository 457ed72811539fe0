"""Products that may be no warmer than the limits of the unit in which they stand tell of."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from audit.authors import Author
from inventory.models import Container, Product, Program, StabilityLimits, programs_seen_by
from temperature.models import LimitVersion, Quantity
from temperature.queries.limits import limits_in_force
from temperature.rules.bands import told_at_once_above

STANDING = """
    SELECT s.unit_id, p.code, l.warmest::float8
    FROM (
        SELECT DISTINCT s.unit_id, b.product_id FROM public.custody_stay s
        JOIN public.inventory_vial v ON v.id = s.vial_id
        JOIN public.inventory_batch b ON b.id = v.batch_id
        WHERE s.unit_id = ANY(%(units)s) AND s.ended_at IS NULL
    ) s
    JOIN public.inventory_product p ON p.id = s.product_id
        AND p.program_id = ANY(%(programs)s)
    CROSS JOIN LATERAL (
        SELECT n.warmest_allowed_celsius AS warmest FROM public.inventory_stabilitylimits n
        WHERE n.product_id = p.id AND n.effective_at <= %(at)s ORDER BY n.version DESC LIMIT 1
    ) l
    ORDER BY s.unit_id, p.code
"""


@dataclass(frozen=True)
class Unguarded:
    """
    A product in a unit; warmest: what it may ever be, in °C.

    told_above: above what the unit's limits tell at once, in °C; absent where nothing does.
    """

    unit_id: int
    product: str
    warmest: float
    told_above: float | None


def unguarded_in(unit_ids: Collection[int], *, seen_by: Author, at: datetime) -> list[Unguarded]:
    """
    Return the products standing in these units that their limits do not guard, of what one may see.

    A unit guards a product where a limit at or below what it may be tells of any reading.
    Source: REQUIREMENTS B4, B7; URS-104.
    """
    programs = Program.objects.filter(pk__in=programs_seen_by(seen_by))
    asked: dict[str, Any] = {"units": list(unit_ids), "at": at}
    asked["programs"] = list(programs.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(STANDING, asked)
        rows = list(cursor.fetchall())
    units = {unit for unit, _, _ in rows}
    limits = limits_in_force(units, quantity=Quantity.TEMPERATURE, at=at) if units else {}
    told = {unit: told_at_once_above(version) for unit, version in limits.items()}
    return [
        Unguarded(unit, product, warmest, told.get(unit))
        for unit, product, warmest in rows
        if (least := told.get(unit)) is None or warmest < least
    ]


def unguarded_under(version: LimitVersion, *, seen_by: Author, at: datetime) -> list[Unguarded]:
    """Return the products that the units under a version of limits do not guard."""
    profile = version.profile
    units = Container.objects.filter(retired_at__isnull=True)
    if profile.unit_id is not None:
        units = units.filter(pk=profile.unit_id)
    elif profile.container_type_id is not None:
        units = units.filter(type=profile.container_type_id)
    else:
        units = units.filter(type__storage_class=profile.storage_class)
    keys = list(units.values_list("pk", flat=True))
    limits = limits_in_force(keys, quantity=Quantity.TEMPERATURE, at=at)
    return unguarded_in([key for key in keys if limits.get(key) == version], seen_by=seen_by, at=at)


def unguarded_at(product: Product, unit_id: int, *, at: datetime) -> list[Unguarded]:
    """Return the product where the limits of the unit that it is to stand in do not guard it."""
    rows = StabilityLimits.objects.filter(product=product, effective_at__lte=at)
    newest = rows.order_by("-version").first()
    if newest is None:
        return []
    limits = limits_in_force([unit_id], quantity=Quantity.TEMPERATURE, at=at).get(unit_id)
    told = None if limits is None else told_at_once_above(limits)
    warmest = float(newest.warmest_allowed_celsius)
    if told is not None and told <= warmest:
        return []
    return [Unguarded(unit_id, product.code, warmest, told)]
