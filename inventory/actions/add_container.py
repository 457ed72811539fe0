"""Adding a freezer, tank, rack, box or bin with all its places."""

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import NotFound, Refusal, refuse_if
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
    Site,
    Zone,
)

OCCUPIED = Refusal("POSITION_OCCUPIED", "Something stands there already. Choose another place.")
CODES = {
    Category.TANK: OwnKind.UNIT,
    Category.FREEZER: OwnKind.UNIT,
    Category.RACK: OwnKind.RACK,
    Category.BOX: OwnKind.BOX,
}


def add_container(
    *,
    type_id: int,
    name: str,
    intent: SignedIntent,
    site_id: int | None = None,
    position_id: int | None = None,
    zone: Zone = Zone.GENERAL,
    program_id: int | None = None,
    therapy_id: int | None = None,
) -> Container:
    """
    Add a container with its places and its scannable code, signed by an administrator.

    site_id: for a unit; position_id: for anything that stands inside a unit.
    Raises NotFound; NotAuthorised; ActionRefused (NAME_MISSING, NAME_TAKEN, UNIT_WITHOUT_SITE,
    NO_PLACE, WRONG_KIND, POSITION_OCCUPIED, POSITION_BLOCKED, CONTAINER_RETIRED).
    Source: 21 CFR 1271.260(a); URS-85, URS-94, URS-106.
    """
    with signed_change(intent, action="add_container") as change:
        place = _locked_place(position_id)
        kind = ContainerType.objects.filter(pk=type_id).first()
        if kind is None:
            raise NotFound([Refusal("UNKNOWN_TYPE", "No such container type.")])
        require_role(intent.signer, [Role.ADMINISTRATOR])
        refuse_if(_refusals(kind, name, site_id, place))
        container = Container(
            type=kind,
            site=_site(site_id, place),
            name=name.strip(),
            code=next_own_code(CODES.get(Category(kind.category), OwnKind.CONTAINER)),
            position=place,
            zone=zone,
            program=_program(program_id),
            therapy_id=therapy_id,
        )
        with refused_by("inventory_one_container_per_position", OCCUPIED):
            _save(container, place)
        change.sign([container])
        return container


def _locked_place(position_id: int | None) -> Position | None:
    if position_id is None:
        return None
    rows = Position.objects.select_related("container__type", "container__site").filter(
        pk=position_id
    )
    place = rows.select_for_update(of=("self", "container"), no_key=True).first()
    if place is None:
        raise NotFound([Refusal("UNKNOWN_PLACE", "No such place. Choose it from the map.")])
    return place


def _site(site_id: int | None, place: Position | None) -> Site:
    if place is not None:
        return place.container.site
    site = Site.objects.filter(pk=site_id or 0).first()
    if site is None:
        raise NotFound([Refusal("UNKNOWN_SITE", "No such site. Choose it from the list.")])
    return site


def _program(program_id: int | None) -> Program | None:
    program = Program.objects.filter(pk=program_id or 0).first()
    if program is None and program_id is not None:
        raise NotFound([Refusal("UNKNOWN_PROGRAM", "No such program. Choose it from the list.")])
    return program


def _save(container: Container, place: Position | None) -> None:
    """Save the container with the path that its own key completes, its code and its places."""
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


def _refusals(
    kind: ContainerType, name: str, site_id: int | None, place: Position | None
) -> list[Refusal]:
    refusals = []
    if not name.strip():
        refusals.append(Refusal("NAME_MISSING", "Give it the name that stands on the metal."))
    if kind.is_unit:
        return refusals + _refusals_of_a_unit(name, site_id, place)
    if place is None:
        return [*refusals, Refusal("NO_PLACE", "Choose the place where it stands.")]
    return refusals + _refusals_of_the_place(kind, place)


def _refusals_of_a_unit(name: str, site_id: int | None, place: Position | None) -> list[Refusal]:
    if site_id is None or place is not None:
        return [Refusal("UNIT_WITHOUT_SITE", "A freezer or tank stands at a site, not in a place.")]
    units = Container.objects.filter(site=site_id, position__isnull=True, retired_at__isnull=True)
    if units.filter(name=name.strip()).exists():
        return [Refusal("NAME_TAKEN", f"The site has a {name.strip()} already.")]
    return []


def _refusals_of_the_place(kind: ContainerType, place: Position) -> list[Refusal]:
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
        refusals.append(
            Refusal("CONTAINER_RETIRED", f"{holder.name} is out of use. Choose another place.")
        )
    if place.containers.exists():
        refusals.append(OCCUPIED)
    return refusals
