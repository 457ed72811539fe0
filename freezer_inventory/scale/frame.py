"""What the vials of a measurement stand in: a site, a program, a product, and tank after tank."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

from audit.changes import machine_change
from audit.writes import create_all, update_all
from inventory.codes.own import OwnKind, new_code
from inventory.codes_in_use import next_own_code
from inventory.models import (
    Category,
    Container,
    ContainerType,
    Holds,
    Identifier,
    IdentifierKind,
    LayoutKind,
    Position,
    Product,
    Program,
    Site,
    Sponsor,
    StabilityLimits,
    StorageClass,
    VialKind,
)

DEVICE, ACTION = "load_scale", "load_scale"
REASON = "Loaded to measure how the system behaves at this size"
CODE = "SCALE"
RACKS, BOXES_PER_RACK, VIALS_PER_BOX = 8, 10, 90
BOXES_PER_TANK = RACKS * BOXES_PER_RACK
VIALS_PER_TANK = BOXES_PER_TANK * VIALS_PER_BOX
EFFECTIVE = datetime(2026, 1, 1, tzinfo=UTC)

opened = partial(machine_change, DEVICE, action=ACTION, reason=REASON)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Where everything belongs."""

    site: Site
    program: Program
    product: Product
    types: dict[str, ContainerType]


def frame() -> Frame:
    """Return the site, program, product and types for measuring, made the first time."""
    program = Program.objects.filter(code=CODE).first()
    if program is None:
        with opened():
            program = _made()
    names = ("Scale tank", "Scale rack", "Scale box")
    return Frame(
        site=Site.objects.get(code=CODE),
        program=program,
        product=Product.objects.get(code=CODE),
        types={kind.name: kind for kind in ContainerType.objects.filter(name__in=names)},
    )


def _made() -> Program:
    create_all([Site(code=CODE, name="Site for measuring", time_zone="UTC")])
    sponsor = create_all([Sponsor(name="Sponsor for measuring")])[0]
    program = create_all([Program(sponsor=sponsor, code=CODE, name="Measuring")])[0]
    product = create_all(
        [
            Product(
                program=program,
                code=CODE,
                name="Product for measuring",
                is_autologous=True,
                storage_class=StorageClass.VAPOUR,
            )
        ]
    )[0]
    create_all(
        [
            StabilityLimits(
                product=product,
                version=1,
                effective_at=EFFECTIVE,
                warmest_allowed_celsius=Decimal("-135.0"),
                longest_single_exposure=timedelta(minutes=3),
                longest_total_exposure=timedelta(minutes=15),
                most_exposures=10,
            )
        ]
    )
    create_all(_types())
    return program


def _types() -> list[ContainerType]:
    holding = {"holds": Holds.CONTAINER, "layout": LayoutKind.NAMED}
    return [
        ContainerType(
            name="Scale tank",
            category=Category.TANK,
            names=[f"R{number}" for number in range(1, RACKS + 1)],
            accepts=[Category.RACK],
            storage_class=StorageClass.VAPOUR,
            **holding,
        ),
        ContainerType(
            name="Scale rack",
            category=Category.RACK,
            names=[str(number) for number in range(1, BOXES_PER_RACK + 1)],
            accepts=[Category.BOX],
            **holding,
        ),
        ContainerType(
            name="Scale box",
            category=Category.BOX,
            layout=LayoutKind.GRID,
            rows=10,
            columns=10,
            holds=Holds.VIAL,
            accepts=[VialKind.VIAL],
        ),
    ]


def add_tank(around: Frame) -> tuple[Container, list[Container]]:
    """Add a tank with its racks and boxes inside the open Change; return it and its boxes."""
    tank = Container(
        type=around.types["Scale tank"],
        site=around.site,
        name="",
        code=next_own_code(OwnKind.UNIT),
    )
    number = int(tank.code.split("-")[1])
    tank.name = f"SC-{number:04d}"
    create_all([tank])
    _settle([tank], {})
    rack_places = _add_places([tank])
    racks = create_all(_inside(around.types["Scale rack"], "R", OwnKind.RACK, rack_places))
    _settle(racks, {tank.pk: tank})
    box_places = _add_places(racks)
    boxes = create_all(_inside(around.types["Scale box"], "Box ", OwnKind.BOX, box_places))
    _settle(boxes, {rack.pk: rack for rack in racks})
    return tank, boxes


def _inside(
    kind: ContainerType, prefix: str, codes: OwnKind, places: list[Position]
) -> list[Container]:
    first = int(next_own_code(codes).split("-")[1])
    return [
        Container(
            type=kind,
            site_id=place.container.site_id,
            name=f"{prefix}{place.label.removeprefix(prefix)}",
            code=new_code(codes, number),
            position=place,
        )
        for number, place in enumerate(places, start=first)
    ]


def _settle(made: list[Container], above: dict[int, Container]) -> None:
    """Give containers their paths, which their own keys complete, and their codes."""
    for container in made:
        place = container.position
        holder = None if place is None else above[place.container_id]
        container.path = f"{'/' if holder is None else holder.path}{container.pk}/"
        container.unit_id = container.pk if holder is None else holder.unit_id
    update_all(made, ["path", "unit"])
    create_all(
        [Identifier(code=row.code, kind=IdentifierKind.CONTAINER, container=row) for row in made]
    )


def _add_places(containers: list[Container]) -> list[Position]:
    return create_all(
        [
            Position(
                container=container,
                label=spot.label,
                ordinal=spot.ordinal,
                holds=container.type.holds,
            )
            for container in containers
            for spot in container.type.places()
        ]
    )
