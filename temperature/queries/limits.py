"""Which limits hold for a unit: of the narrowest profile, its newest version that has begun."""

from collections.abc import Collection
from datetime import datetime

from temperature.models import LimitVersion, Quantity

IN_FORCE = """
    SELECT DISTINCT ON (c.id) v.*, c.id AS of_unit
    FROM public.inventory_container c
    JOIN public.inventory_containertype t ON t.id = c.type_id
    JOIN public.temperature_limitprofile p ON p.quantity = %(quantity)s AND (
        p.unit_id = c.id OR p.container_type_id = c.type_id
        OR (p.storage_class <> '' AND p.storage_class = t.storage_class)
    )
    JOIN public.temperature_limitversion v ON v.profile_id = p.id AND v.effective_at <= %(at)s
    WHERE c.id = ANY(%(units)s)
    ORDER BY c.id, p.unit_id IS NULL, p.container_type_id IS NULL, v.effective_at DESC,
        v.number DESC
"""


def limits_in_force(
    unit_ids: Collection[int], *, quantity: Quantity, at: datetime
) -> dict[int, LimitVersion]:
    """
    Return the limits that hold at an instant, by unit; one statement.

    A unit without limits is left out: nothing of it can be judged. Which held when over a time,
    `temperature.stretches.limits_over_time` says.
    Source: 21 CFR 1271.260(e); URS-104, URS-107.
    """
    rows = LimitVersion.objects.raw(
        IN_FORCE, {"quantity": quantity, "at": at, "units": list(unit_ids)}
    )
    return {vars(row)["of_unit"]: row for row in rows}
