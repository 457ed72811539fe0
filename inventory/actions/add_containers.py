"""Adding many racks, drawers or boxes at once, such as a tank's whole set."""

from collections.abc import Sequence

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
from inventory.models import Container, ContainerType, Position, PositionCondition, Zone

MOST_AT_ONCE = 100


def add_containers(
    *,
    type_id: int,
    inside_id: int,
    names: Sequence[str],
    intent: SignedIntent,
    zone: Zone = Zone.GENERAL,
    program_id: int | None = None,
) -> list[Container]:
    """
    Add containers of one type in the first free places of another, all or none.

    names: one for each, in the order of the places.
    Raises NotFound; NotAuthorised; ActionRefused (NO_NAMES, NAME_MISSING, NAME_TAKEN,
    TOO_MANY_AT_ONCE, NOT_ENOUGH_PLACES, WRONG_KIND, CONTAINER_RETIRED).
    Source: 21 CFR 1271.260(a); URS-85, URS-94, URS-106.
    """
    with signed_change(intent, action="add_containers") as change:
        change.subject.update(inside=inside_id, names=list(names)[:MOST_AT_ONCE])
        holder = _locked(inside_id)
        kind = type_named(type_id)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        places = _free_places(holder)
        refuse_if(_refusals(kind, holder, [name.strip() for name in names], places))
        program = program_named(program_id)
        added = [
            Container(type=kind, name=name.strip(), position=place, zone=zone, program=program)
            for name, place in zip(names, places, strict=False)
        ]
        with refused_by("inventory_one_container_per_position", OCCUPIED):
            for container in added:
                container.site_id, container.code = holder.site_id, code_for(kind)
                commission(container, container.position)
        change.sign(added)
        return added


def _locked(container_id: int) -> Container:
    rows = Container.objects.filter(pk=container_id).select_related("type")
    holder = rows.select_for_update(of=("self",), no_key=True).first()
    if holder is None:
        raise NotFound([Refusal("UNKNOWN_CONTAINER", "No such container. Scan it again.")])
    return holder


def _free_places(holder: Container) -> list[Position]:
    """Lock and return the empty places in service, in their order."""
    rows = Position.objects.filter(
        container=holder, condition=PositionCondition.IN_SERVICE, containers__isnull=True
    )
    keys = list(rows.order_by("ordinal").values_list("pk", flat=True))
    locked = Position.objects.filter(pk__in=keys).select_related("container__type")
    by_key = {row.pk: row for row in locked.select_for_update(of=("self",), no_key=True)}
    return [by_key[key] for key in keys]


def _refusals(
    kind: ContainerType, holder: Container, names: Sequence[str], places: Sequence[Position]
) -> list[Refusal]:
    if not names:
        return [Refusal("NO_NAMES", "Give a name to each container that is added.")]
    refusals = _of_the_names(holder, names)
    if len(names) > MOST_AT_ONCE:
        words = f"Add at most {MOST_AT_ONCE} at once."
        refusals.append(Refusal("TOO_MANY_AT_ONCE", words))
    if len(names) > len(places):
        words = f"{holder.name} has {len(places)} free places, and {len(names)} were asked for."
        refusals.append(Refusal("NOT_ENOUGH_PLACES", words))
    return refusals + (refusals_to_stand_in(kind, places[0]) if places else [])


def _of_the_names(holder: Container, names: Sequence[str]) -> list[Refusal]:
    refusals = []
    if not all(names):
        refusals.append(Refusal("NAME_MISSING", "Give each the name that stands on the metal."))
    standing = set(
        Container.objects.filter(position__container=holder).values_list("name", flat=True)
    )
    twice = sorted({name for name in names if name in standing or list(names).count(name) > 1})
    if twice:
        words = f"{holder.name} would have {', '.join(twice)} twice. Choose other names."
        refusals.append(Refusal("NAME_TAKEN", words))
    return refusals
