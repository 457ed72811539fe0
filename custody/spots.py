"""What a rule needs to know of places: their containers up to the unit, and who stands there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from inventory.models import Container, Position, Vial


@dataclass(frozen=True)
class Spot:
    """
    A position with everything around it that decides whether a vial may stand there.

    place: the breadcrumb from the unit, such as `LN2-01 › R1 › Box 1 › A3`.
    programs, therapies, zones: what the containers from the unit down are set aside for.
    occupant: the code of the vial that stands there, or empty; occupant_program_id: its program.
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


def spots(
    positions: Collection[Position], containers: Collection[Container] | None = None
) -> dict[int, Spot]:
    """
    Return the spot of each position, by its key; three queries for any number.

    containers: those of the positions, where the caller has read them: two queries.
    """
    keys = [position.pk for position in positions]
    if containers is None:
        containers = Container.objects.filter(pk__in={p.container_id for p in positions})
    around = lineages(list(containers))
    standing = {vial.position_id: vial for vial in Vial.objects.filter(position__in=keys)}
    return {
        position.pk: _spot(position, around[position.container_id], standing.get(position.pk))
        for position in positions
    }


def _spot(position: Position, lineage: list[Container], occupant: Vial | None) -> Spot:
    unit, own = lineage[0], lineage[-1]
    return Spot(
        position=position,
        place=f"{breadcrumb(lineage)} › {position.label}",
        unit_id=unit.pk,
        site_id=unit.site_id,
        accepts=tuple(own.type.accepts),
        storage_class=unit.type.storage_class,
        programs=frozenset(row.program_id for row in lineage if row.program_id is not None),
        therapies=frozenset(row.therapy_id for row in lineage if row.therapy_id is not None),
        zones=frozenset(row.zone for row in lineage),
        is_retired=any(row.retired_at is not None for row in lineage),
        occupant="" if occupant is None else occupant.code,
        occupant_program_id=None if occupant is None else occupant.program_id,
    )
