"""The ways by which the emptying of a tank comes to where a test needs it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Person
from custody.actions.begin_emptying import begin_emptying
from custody.actions.put_down_rack import put_down_rack
from custody.actions.take_out_rack import take_out_rack
from custody.emptying import Target
from custody.findings import Verdict
from custody.models import CustodyEvent, EmptiedRack, Emptying
from custody.queries.facts import facts_of_vial
from custody.queries.verdicts import verdicts
from inventory.actions.add_container import add_container
from inventory.models import Container, Position, Vial
from tests.factories.inventory import ContainerTypeFactory
from tests.world import NOON, World

LATER = NOON + timedelta(hours=1)


def after(seconds: int) -> datetime:
    """Return a time so many seconds after the tank began to fail."""
    return LATER + timedelta(seconds=seconds)


def unit(world: World, name: str = "LN2-02", **traits: Any) -> Container:
    """Add another unit with places for six racks."""
    return add_container(
        type_id=ContainerTypeFactory.create(**traits).pk,
        name=name,
        site_id=world.site.pk,
        intent=world.signs(world.admin),
    )


def second_rack(world: World, label: str = "R2") -> tuple[Container, Container]:
    """Add another rack to the world's tank, with one box in it."""
    intent = world.signs(world.admin)
    rack = add_container(
        type_id=world.rack.type_id,
        name=label,
        position_id=world.tank.positions.get(label=label).pk,
        intent=intent,
    )
    box = add_container(
        type_id=world.box.type_id,
        name="Box 1",
        position_id=rack.positions.get(label="1").pk,
        intent=intent,
    )
    return rack, box


def stored_in(world: World, box: Container, count: int = 1) -> list[Vial]:
    """Return released vials in a box of the world's tank."""
    kept, world.box = world.box, box
    try:
        return world.released(count)
    finally:
        world.box = kept


def begun(world: World, *, by: Person | None = None, hours: int = 4) -> Emptying:
    """Begin to empty the world's tank."""
    return begin_emptying(
        unit_id=world.tank.pk,
        hours=hours,
        intent=world.signs(by or world.supervisor, reason="The tank fails"),
        at=LATER,
    )


def take(
    world: World,
    emptying: Emptying,
    rack: Container,
    *,
    by: Person | None = None,
    at: datetime = LATER,
    takes_over: bool = False,
) -> EmptiedRack:
    """Scan a rack that is taken out."""
    return take_out_rack(
        emptying_id=emptying.pk,
        container_id=rack.pk,
        attribution=world.says(by or world.technician),
        at=at,
        takes_over=takes_over,
    )


def put(
    world: World,
    emptying: Emptying,
    rack: Container,
    to: Container | Position,
    *,
    by: Person | None = None,
    at: datetime = LATER,
) -> EmptiedRack:
    """Scan where a rack is put."""
    is_place = isinstance(to, Position)
    return put_down_rack(
        emptying_id=emptying.pk,
        container_id=rack.pk,
        target=Target(position_id=to.pk) if is_place else Target(container_id=to.pk),
        attribution=world.says(by or world.technician),
        at=at,
    )


def moved(world: World, emptying: Emptying, racks: Sequence[Container], to: Container) -> None:
    """Take racks out one after the other and put each into a unit."""
    for rack in racks:
        take(world, emptying, rack)
        put(world, emptying, rack, to)


def place_finding(vial: Vial) -> tuple[Verdict, str, int | None]:
    """Return what the verdict says of a vial's place, by all at once; by one it is the same."""
    [of_all] = verdicts([vial.pk], at=after(900)).values()
    alone = facts_of_vial(vial.pk, seen_by=_reader(vial), at=after(900)).judgement
    assert of_all.findings == alone.findings
    [found] = [each for each in of_all.findings if each.evidence in {"place", "emptying"}]
    return found.verdict, found.code, found.reference


def _reader(vial: Vial) -> Person:
    actor = CustodyEvent.objects.filter(vial=vial).select_related("actor").latest("seq").actor
    assert actor is not None
    return actor
