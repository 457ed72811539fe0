"""The freezers, tanks, racks and boxes of the demo, in every kind of layout there is."""

from dataclasses import dataclass, field

from freezer_inventory.demo_data.setting import Setting
from inventory.actions.add_container import add_container
from inventory.actions.add_container_type import add_container_type
from inventory.actions.block_position import block_position
from inventory.models import (
    Category,
    Container,
    ContainerType,
    Holds,
    LayoutKind,
    Position,
    PositionCondition,
    StorageClass,
    VialKind,
    Zone,
)
from inventory.rules.designs import Design


def _numbered(count: int, prefix: str = "") -> list[str]:
    return [f"{prefix}{number}" for number in range(1, count + 1)]


def _named(category: Category, names: list[str], *accepts: Category) -> Design:
    return Design(
        category=category,
        layout=LayoutKind.NAMED,
        holds=Holds.CONTAINER,
        accepts=accepts,
        names=names,
    )


def _unit(category: Category, names: list[str], cold: StorageClass, *accepts: Category) -> Design:
    return Design(
        category=category,
        layout=LayoutKind.NAMED,
        holds=Holds.CONTAINER,
        accepts=accepts,
        names=names,
        storage_class=cold,
    )


def _box(rows: int, columns: int) -> Design:
    return Design(
        category=Category.BOX,
        layout=LayoutKind.GRID,
        holds=Holds.VIAL,
        accepts=[VialKind.VIAL],
        rows=rows,
        columns=columns,
    )


TYPES = {
    "Vapour tank, 8 racks": _unit(
        Category.TANK, _numbered(8, "R"), StorageClass.VAPOUR, Category.RACK, Category.CASSETTE_RACK
    ),
    "Liquid tank, 33 canisters": _unit(
        Category.TANK, _numbered(33, "C"), StorageClass.LIQUID, Category.CANISTER
    ),
    "Freezer −80, 4 shelves": _unit(
        Category.FREEZER, _numbered(4, "Shelf "), StorageClass.ULT, Category.SHELF
    ),
    "Shelf of 5 racks": _named(Category.SHELF, _numbered(5), Category.RACK),
    "Rack of 10": _named(Category.RACK, _numbered(10), Category.BOX, Category.BIN),
    "Canister of 6 canes": _named(Category.CANISTER, _numbered(6), Category.CANE),
    "Cane of 6": Design(
        category=Category.CANE,
        layout=LayoutKind.NAMED,
        holds=Holds.VIAL,
        accepts=[VialKind.VIAL],
        names=_numbered(6),
    ),
    "Cassette rack of 20": Design(
        category=Category.CASSETTE_RACK,
        layout=LayoutKind.NAMED,
        holds=Holds.VIAL,
        accepts=[VialKind.BAG],
        names=_numbered(20, "Slot "),
    ),
    "Box 9 × 9": _box(9, 9),
    "Box 10 × 10": _box(10, 10),
    "Box 8 × 12": _box(8, 12),
    "Bin of 60": Design(
        category=Category.BIN,
        layout=LayoutKind.COUNTED,
        holds=Holds.VIAL,
        accepts=[VialKind.VIAL, VialKind.SYRINGE],
        limit=60,
    ),
}


@dataclass(frozen=True, kw_only=True)
class Metal:
    """One container: its type, where it stands (`unit/rack` and the place), what it is for."""

    type: str
    name: str
    into: str
    place: str = ""
    zone: Zone = Zone.GENERAL
    program: str = ""


UNITS = (
    Metal(type="Vapour tank, 8 racks", name="LN2-01", into="ZRH"),
    Metal(type="Vapour tank, 8 racks", name="LN2-02", into="ZRH"),
    Metal(type="Liquid tank, 33 canisters", name="LN2-03", into="ZRH"),
    Metal(type="Freezer −80, 4 shelves", name="ULT-01", into="ZRH"),
    Metal(type="Vapour tank, 8 racks", name="LN2-11", into="BOS"),
    Metal(type="Vapour tank, 8 racks", name="LN2-12", into="BOS"),
)
RACKS = (
    Metal(type="Rack of 10", name="R1", into="LN2-01", place="R1", program="ALP-TCR"),
    Metal(type="Rack of 10", name="R2", into="LN2-01", place="R2", program="HRB-MSC"),
    Metal(type="Rack of 10", name="R3", into="LN2-01", place="R3"),
    *(
        Metal(
            type="Cassette rack of 20",
            name=f"K{number}",
            into="LN2-02",
            place=f"R{number}",
            program="ALP-CART",
        )
        for number in range(1, 7)
    ),
    *(
        Metal(
            type="Canister of 6 canes",
            name=f"Canister {number}",
            into="LN2-03",
            place=f"C{number}",
            program="HRB-MSC",
        )
        for number in (1, 2)
    ),
    Metal(type="Shelf of 5 racks", name="Shelf 1", into="ULT-01", place="Shelf 1"),
    Metal(type="Rack of 10", name="V1", into="ULT-01/Shelf 1", place="1", program="ALP-CART"),
    Metal(type="Rack of 10", name="R1", into="LN2-11", place="R1", program="HRB-MSC"),
    Metal(type="Rack of 10", name="R1", into="LN2-12", place="R1", program="HRB-MSC"),
    Metal(type="Rack of 10", name="R2", into="LN2-12", place="R2"),
)
BOXES = (
    *(
        Metal(type="Box 9 × 9", name=f"TCR {number}", into="LN2-01/R1", place=f"{number}")
        for number in range(1, 9)
    ),
    *(
        Metal(type="Box 10 × 10", name=f"MSC {number}", into="LN2-01/R2", place=f"{number}")
        for number in range(1, 5)
    ),
    Metal(
        type="Box 9 × 9",
        name="Quarantine",
        into="LN2-01/R3",
        place="1",
        zone=Zone.QUARANTINE,
    ),
    Metal(type="Box 9 × 9", name="Rejected", into="LN2-01/R3", place="2", zone=Zone.REJECTED),
    Metal(type="Bin of 60", name="Samples", into="LN2-01/R3", place="3", zone=Zone.SAMPLES),
    *(
        Metal(
            type="Cane of 6",
            name=f"Cane {canister}-{number}",
            into=f"LN2-03/Canister {canister}",
            place=f"{number}",
        )
        for canister in (1, 2)
        for number in range(1, 5)
    ),
    *(
        Metal(type="Box 8 × 12", name=f"LV {number}", into="ULT-01/Shelf 1/V1", place=f"{number}")
        for number in (1, 2)
    ),
    *(
        Metal(type="Box 10 × 10", name=f"MSC {number}", into="LN2-11/R1", place=f"{number}")
        for number in range(1, 8)
    ),
    *(
        Metal(type="Box 9 × 9", name=f"MSC {number}", into="LN2-12/R1", place=f"{number}")
        for number in range(1, 5)
    ),
    Metal(type="Box 9 × 9", name="Spare", into="LN2-12/R2", place="1"),
)
BROKEN = (("LN2-01/R1/TCR 8", ("J8", "J9")), ("LN2-11/R1/MSC 7", ("A1",)))


@dataclass
class Storehouse:
    """Everything that stands on the floor, by its address such as `LN2-01/R1/TCR 1`."""

    setting: Setting
    types: dict[str, ContainerType] = field(default_factory=dict)
    containers: dict[str, Container] = field(default_factory=dict)

    def build(self) -> None:
        """Add all types and containers, and block the places that are broken."""
        cast = self.setting.cast
        for name, design in TYPES.items():
            intent = cast.signs("admin", "Model in use at our sites")
            self.types[name] = add_container_type(name=name, design=design, intent=intent)
        for metal in (*UNITS, *RACKS, *BOXES):
            self._add(metal)
            cast.tell()
        for address, labels in BROKEN:
            for label in labels:
                place = self.containers[address].positions.get(label=label)
                intent = cast.signs("supervisor", "The cell is bent")
                block_position(position_id=place.pk, intent=intent)

    def _add(self, metal: Metal) -> None:
        above = self.containers.get(metal.into)
        address = metal.name if above is None else f"{metal.into}/{metal.name}"
        program = self.setting.programs.get(metal.program)
        self.containers[address] = add_container(
            type_id=self.types[metal.type].pk,
            name=metal.name,
            site_id=self.setting.sites[metal.into].pk if above is None else None,
            position_id=None if above is None else above.positions.get(label=metal.place).pk,
            zone=metal.zone,
            program_id=None if program is None else program.pk,
            intent=self.setting.cast.signs("admin", "Installed and mapped"),
        )

    def free(self, under: str, count: int) -> list[Position]:
        """
        Return the first free places for vials under an address, box by box.

        Raises LookupError: there are not so many.
        """
        rows = Position.objects.filter(
            container__path__startswith=self.containers[under].path,
            holds=Holds.VIAL,
            condition=PositionCondition.IN_SERVICE,
            vials__isnull=True,
            reserved_for__isnull=True,
        )
        found = list(rows.order_by("container", "ordinal")[:count])
        if len(found) < count:
            raise LookupError(f"{under} has {len(found)} free places, not {count}")
        return found
