"""Adding a freezer, tank, rack, box or bin with all its places."""

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import NotFound, Refusal, refuse_if
from inventory.commissioning import (
    OCCUPIED,
    code_for,
    commission,
    program_named,
    refusals_to_stand_in,
    type_named,
)
from inventory.models import Container, ContainerType, Position, Site, Zone


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
        kind = type_named(type_id)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        refuse_if(_refusals(kind, name, site_id, place))
        container = Container(
            type=kind,
            site=_site(site_id, place),
            name=name.strip(),
            code=code_for(kind),
            position=place,
            zone=zone,
            program=program_named(program_id),
            therapy_id=therapy_id,
        )
        with refused_by("inventory_one_container_per_position", OCCUPIED):
            commission(container, place)
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
    return refusals + refusals_to_stand_in(kind, place)


def _refusals_of_a_unit(name: str, site_id: int | None, place: Position | None) -> list[Refusal]:
    if site_id is None or place is not None:
        return [Refusal("UNIT_WITHOUT_SITE", "A freezer or tank stands at a site, not in a place.")]
    units = Container.objects.filter(site=site_id, position__isnull=True, retired_at__isnull=True)
    if units.filter(name=name.strip()).exists():
        return [Refusal("NAME_TAKEN", f"The site has a {name.strip()} already.")]
    return []
