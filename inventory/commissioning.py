"""Bringing new containers into being: their code, path and places, and where they may stand."""

from audit.errors import NotFound, Refusal
from audit.writes import create_all
from inventory.codes.own import OwnKind
from inventory.codes_in_use import next_own_code
from inventory.models import (
    Category,
    Container,
    ContainerType,
    Holds,
    Identifier,
    IdentifierKind,
    Position,
    PositionCondition,
    Program,
)

OCCUPIED = Refusal("POSITION_OCCUPIED", "Something stands there already. Choose another place.")
CODES = {
    Category.TANK: OwnKind.UNIT,
    Category.FREEZER: OwnKind.UNIT,
    Category.SHIPPER: OwnKind.UNIT,
    Category.RACK: OwnKind.RACK,
    Category.BOX: OwnKind.BOX,
}


def type_named(type_id: int) -> ContainerType:
    """
    Return the container type.

    Raises NotFound: there is none.
    """
    kind = ContainerType.objects.filter(pk=type_id).first()
    if kind is None:
        raise NotFound([Refusal("UNKNOWN_TYPE", "No such container type.")])
    return kind


def program_named(program_id: int | None) -> Program | None:
    """
    Return the program a container is set aside for; nothing without a key.

    Raises NotFound: there is none with that key.
    """
    program = Program.objects.filter(pk=program_id or 0).first()
    if program is None and program_id is not None:
        raise NotFound([Refusal("UNKNOWN_PROGRAM", "No such program. Choose it from the list.")])
    return program


def code_for(kind: ContainerType) -> str:
    """Return the next code for a container of this type; call it inside the open Change."""
    return next_own_code(CODES.get(Category(kind.category), OwnKind.CONTAINER))


def commission(container: Container, place: Position | None) -> None:
    """Save a new container with the path that its own key completes, its code and its places."""
    container.save(force_insert=True)
    above = "/" if place is None else place.container.path
    container.path = f"{above}{container.pk}/"
    container.unit_id = container.pk if place is None else place.container.unit_id
    container.save(update_fields=["path", "unit"])
    create_all(
        [Identifier(code=container.code, kind=IdentifierKind.CONTAINER, container=container)]
    )
    create_all(
        [
            Position(
                container=container,
                label=spot.label,
                ordinal=spot.ordinal,
                row=spot.row,
                column=spot.column,
                holds=container.type.holds,
            )
            for spot in container.type.places()
        ]
    )


def refusals_to_stand_in(kind: ContainerType, place: Position) -> list[Refusal]:
    """Say every reason why a container of this type may not stand at `place`."""
    refusals = []
    holder = place.container
    if place.holds != Holds.CONTAINER or kind.category not in holder.type.accepts:
        takes = " and ".join(holder.type.accepts) or "nothing"
        refusals.append(
            Refusal("WRONG_KIND", f"{holder.name} takes {takes}; {kind.name} is a {kind.category}.")
        )
    if place.condition != PositionCondition.IN_SERVICE:
        refusals.append(
            Refusal("POSITION_BLOCKED", f"{holder.name} {place.label} is not in service.")
        )
    if holder.retired_at is not None:
        refusals.append(Refusal("CONTAINER_RETIRED", f"{holder.name} is out of use."))
    if place.containers.exists():
        refusals.append(OCCUPIED)
    return refusals
