"""What a rule needs to know of places: their containers up to the unit, and who stands there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from inventory.models import Container, Position


@dataclass(frozen=True)
class Spot:
    """
    A position with everything around it that decides whether a vial may stand there.

    place: the breadcrumb from the unit, such as `LN2-01 › R1 › Box 1 › A3`.
    programs, therapies, zones: what the containers from the unit down are set aside for.
    occupant: the code of the vial that stands there, or empty; occupant_program_id: its program.
    too_warm_since: from when on its unit is critically warm or short of nitrogen; absent where it
    is neither, or not known.
    """

    position: Position
    place: str
    unit_id: int
    site_id: int
    accepts: tuple[str, ...]
    storage_class: str
    programs: frozenset[int]
    therapies: frozenset[int]
    zones: frozenset[str]
    is_retired: bool
    occupant: str = ""
    occupant_program_id: int | None = None
    too_warm_since: datetime | None = None


def breadcrumb(containers: Iterable[Container]) -> str:
    """Return the names from the unit down, as people read them."""
    return " › ".join(container.name for container in containers)


def lineages(containers: Collection[Container]) -> dict[int, list[Container]]:
    """Return, for each container's key, the containers from its unit down to itself; one query."""
    keys = {key for container in containers for key in container.path_ids}
    rows = Container.objects.filter(pk__in=keys).select_related("type").in_bulk()
    return {
        container.pk: [rows[key] for key in container.path_ids if key in rows]
        for container in containers
    }


# So few are asked for one by one: of an array PostgreSQL cannot know how long it will be, and keeps
# no plan. A statement takes 65,535 values at most, and a tank may hold more places.
FEW = 8

# Written by hand: every step in storage asks it, and composing it anew each time took longer than
# answering it. `tests/custody/test_spots.py` holds it against the querysets.
SPOTS = """
    SELECT p.id, way.names, way.unit_id, unit.site_id,
        ARRAY(SELECT jsonb_array_elements_text(own_type.accepts)), unit_type.storage_class,
        way.programs, way.therapies, way.zones, way.is_retired, o.code, o.program_id,
        (SELECT min(e.began_at) FROM temperature_excursion e
         JOIN temperature_probe t ON t.id = e.probe_id
         WHERE e.unit_id = way.unit_id AND e.ended_at IS NULL AND NOT e.is_withdrawn
            AND e.level = 'critical' AND (t.quantity = 'temperature' AND e.side = 'above'
                OR t.quantity = 'level' AND e.side = 'below'))
    FROM inventory_position p
    JOIN inventory_container own ON own.id = p.container_id
    JOIN inventory_containertype own_type ON own_type.id = own.type_id
    CROSS JOIN LATERAL (
        SELECT array_agg(c.name ORDER BY length(c.path)) AS names,
            (array_agg(c.id ORDER BY length(c.path)))[1] AS unit_id,
            array_agg(c.zone) AS zones,
            array_agg(c.program_id) FILTER (WHERE c.program_id IS NOT NULL) AS programs,
            array_agg(c.therapy_id) FILTER (WHERE c.therapy_id IS NOT NULL) AS therapies,
            bool_or(c.retired_at IS NOT NULL) AS is_retired
        FROM inventory_container c
        WHERE c.id = ANY (string_to_array(trim(BOTH '/' FROM own.path), '/')::bigint[])
    ) way
    JOIN inventory_container unit ON unit.id = way.unit_id
    JOIN inventory_containertype unit_type ON unit_type.id = unit.type_id
    LEFT JOIN inventory_vial o ON o.position_id = p.id
    WHERE p.id {keys}
"""


def spots(positions: Collection[Position]) -> dict[int, Spot]:
    """Return the spot of each position, by its key; one query for any number."""
    by_key = {position.pk: position for position in positions}
    keys = list(by_key)
    with connection.cursor() as cursor:
        if 0 < len(keys) <= FEW:
            cursor.execute(SPOTS.format(keys=f"IN ({', '.join(['%s'] * len(keys))})"), keys)
        else:
            cursor.execute(SPOTS.format(keys="= ANY(%s)"), [keys])
        return {row[0]: _spot(by_key[row[0]], *row[1:]) for row in cursor.fetchall()}


def _spot(position: Position, names: list[str], *around: Any) -> Spot:
    unit, site, accepts, storage_class, programs, therapies, zones, is_retired, *occupant = around
    code, program, too_warm_since = occupant
    return Spot(
        position=position,
        place=" › ".join([*names, position.label]),
        unit_id=unit,
        site_id=site,
        accepts=tuple(accepts),
        storage_class=storage_class,
        programs=frozenset(programs or ()),
        therapies=frozenset(therapies or ()),
        zones=frozenset(zones),
        is_retired=is_retired,
        occupant=code or "",
        occupant_program_id=program,
        too_warm_since=too_warm_since,
    )
