"""What a scan shows of a container or of one place in it."""

from dataclasses import dataclass

from django.db.models import Count, Q

from audit.authors import Author
from audit.errors import NotFound, Refusal
from custody.queries.whereabouts import Crumb
from custody.spots import lineages
from inventory.models import Container, Position, PositionCondition, Program, Site

NOT_THERE = Refusal("UNKNOWN_CODE", "Nothing you may see has this code. Scan it again.")


@dataclass(frozen=True, kw_only=True)
class ContainerCard:
    """A container: where it stands, and how full its own places are."""

    container_id: int
    code: str
    name: str
    type_name: str
    site: str
    way: tuple[Crumb, ...]
    holds: str
    places: int
    taken: int
    free: int
    zone: str
    program: str
    is_unit: bool
    is_retired: bool


@dataclass(frozen=True, kw_only=True)
class PlaceCard:
    """
    One place: what stands there, if the person may see it.

    is_masked: something stands there that belongs to a program the person may not see.
    """

    container_id: int
    label: str
    way: tuple[Crumb, ...]
    condition: str
    vial_id: int | None
    vial_code: str
    inner_id: int | None
    inner_name: str
    is_kept: bool
    is_masked: bool


def container_card(key: int, *, seen_by: Author) -> ContainerCard:
    """
    Return the card of a container; two queries.

    Raises NotFound: none that the person may see.
    """
    taken = Q(positions__vials__isnull=False) | Q(positions__containers__isnull=False)
    free = ~taken & Q(
        positions__condition=PositionCondition.IN_SERVICE, positions__reserved_for__isnull=True
    )
    row = (
        Container.objects.filter(pk=key, site__in=Site.objects.visible_to(seen_by))
        .select_related("type", "site", "program")
        .annotate(
            places=Count("positions", distinct=True),
            taken=Count("positions", filter=taken, distinct=True),
            free=Count("positions", filter=free, distinct=True),
        )
        .first()
    )
    if row is None:
        raise NotFound([NOT_THERE])
    return ContainerCard(
        container_id=row.pk,
        code=row.code,
        name=row.name,
        type_name=row.type.name,
        site=row.site.name,
        way=_way(row),
        holds=str(row.type.get_holds_display()),
        places=row.places,
        taken=row.taken,
        free=row.free,
        zone=str(row.get_zone_display()),
        program=_program_words(row, seen_by),
        is_unit=row.type.is_unit,
        is_retired=row.retired_at is not None,
    )


def _program_words(row: Container, person: Author) -> str:
    """Name the program a container is set aside for, if the person may know it."""
    if row.program is None:
        return ""
    known = Program.objects.visible_to(person).filter(pk=row.program.pk).exists()
    return row.program.code if known else "another program"


def _way(container: Container) -> tuple[Crumb, ...]:
    return tuple(Crumb(row.pk, row.name) for row in lineages([container])[container.pk])


def place_card(key: int, *, seen_by: Author) -> PlaceCard:
    """
    Return the card of a position; three queries.

    Raises NotFound: none that the person may see.
    """
    sites = Site.objects.visible_to(seen_by)
    row = (
        Position.objects.filter(pk=key, container__site__in=sites)
        .select_related("container")
        .annotate(taken=Count("vials"))
        .prefetch_related("containers")
        .first()
    )
    if row is None:
        raise NotFound([NOT_THERE])
    seen = row.vials.visible_to(seen_by).first() if row.taken else None
    inner = next(iter(row.containers.all()), None)
    return PlaceCard(
        container_id=row.container_id,
        label=row.label,
        way=_way(row.container),
        condition=str(row.get_condition_display()),
        vial_id=None if seen is None else seen.pk,
        vial_code="" if seen is None else seen.code,
        inner_id=None if inner is None else inner.pk,
        inner_name="" if inner is None else inner.name,
        is_kept=row.reserved_for_id is not None,
        is_masked=bool(row.taken) and seen is None,
    )
