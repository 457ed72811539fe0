"""Containers from freezer to box, their types, and the positions inside them."""

import pgtrigger
from django.db import models
from django.db.models import Q

from audit.models import RegulatedModel
from audit.triggers import regulated
from inventory import layouts
from inventory.models.patient import Therapy
from inventory.models.product import StorageClass
from inventory.models.program import Program
from inventory.models.site import Site


class Category(models.TextChoices):
    """What kind of metal or cardboard a container is."""

    TANK = "tank", "LN2 tank"
    FREEZER = "freezer", "Freezer"
    SHIPPER = "shipper", "Shipper"
    SHELF = "shelf", "Shelf"
    RACK = "rack", "Rack"
    DRAWER = "drawer", "Drawer"
    CANISTER = "canister", "Canister"
    CANE = "cane", "Cane"
    CASSETTE_RACK = "cassette_rack", "Cassette rack"
    BOX = "box", "Box"
    BIN = "bin", "Bin"


UNITS = (Category.TANK, Category.FREEZER, Category.SHIPPER)
"""What holds a temperature of its own. A shipper is packed and travels; the others stand still."""
LIFTED = (
    Category.RACK,
    Category.CANISTER,
    Category.CANE,
    Category.CASSETTE_RACK,
    Category.BOX,
)
"""What is taken out with all it holds to reach one thing in it. Source: REQUIREMENTS B3, B5."""


class LayoutKind(models.TextChoices):
    """How places are named."""

    GRID = "grid", "Grid"
    NAMED = "named", "Named places"
    COUNTED = "counted", "No places, only a count"


class Holds(models.TextChoices):
    """What a position holds: one container, or one vial."""

    CONTAINER = "container", "A container"
    VIAL = "vial", "A vial"


class Zone(models.TextChoices):
    """
    Which product a container is set aside for.

    Source: 21 CFR 1271.260(a); URS-106.
    """

    GENERAL = "general", "General"
    QUARANTINE = "quarantine", "Quarantine only"
    REJECTED = "rejected", "Rejected only"
    SAMPLES = "samples", "QC and retain samples only"


class ContainerType(RegulatedModel):
    """
    A model of container: how its places are named, and what each accepts.

    accepts: container categories when `holds` is container, else vial kinds.
    rows, columns: for a grid. names: for named places. limit: for a bin.
    is_lifted: whether it is taken out, with all it holds, to reach what is in it; None: as is
    usual for its category (`LIFTED`).
    """

    name = models.CharField(max_length=60, unique=True)
    category = models.CharField(max_length=20, choices=Category)
    layout = models.CharField(max_length=10, choices=LayoutKind)
    rows = models.PositiveSmallIntegerField(null=True, blank=True)
    columns = models.PositiveSmallIntegerField(null=True, blank=True)
    names = models.JSONField(default=list, blank=True)
    limit = models.PositiveIntegerField(null=True, blank=True)
    holds = models.CharField(max_length=10, choices=Holds)
    accepts = models.JSONField(default=list)
    storage_class = models.CharField(max_length=10, choices=StorageClass, blank=True)
    is_lifted = models.BooleanField(null=True, blank=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(layout=LayoutKind.GRID, rows__gte=1, columns__gte=1)
                    | Q(layout=LayoutKind.NAMED) & ~Q(names=[])
                    | Q(layout=LayoutKind.COUNTED, limit__gte=1)
                ),
                name="inventory_layout_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_unit(self) -> bool:
        """Whether it stands on the floor and holds its own temperature."""
        return self.category in UNITS

    @property
    def is_taken_out(self) -> bool:
        """Whether it is lifted to reach what is in it, said for the type or by its category."""
        return self.category in LIFTED if self.is_lifted is None else self.is_lifted

    def places(self) -> list[layouts.Place]:
        """
        Return the places of a container of this type.

        Raises ValueError: the layout is incomplete.
        """
        if self.layout == LayoutKind.GRID:
            return layouts.grid(self.rows or 0, self.columns or 0)
        if self.layout == LayoutKind.COUNTED:
            return layouts.counted(self.limit or 0)
        return layouts.named(self.names)


class Container(RegulatedModel):
    """
    A unit, or anything that stands inside one.

    path: `/` + the ids from the unit down to this container, each followed by `/`.
    unit: the freezer or tank it stands in; itself for a unit.
    program: set when only one program's vials may go in; therapy: only one patient's.
    """

    type = models.ForeignKey(ContainerType, on_delete=models.PROTECT, related_name="containers")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="containers")
    name = models.CharField(max_length=60)
    code = models.CharField(max_length=40, unique=True)
    position = models.ForeignKey(
        "inventory.Position",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="containers",
    )
    path = models.CharField(max_length=200, blank=True)
    unit = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="contents"
    )
    zone = models.CharField(max_length=12, choices=Zone, default=Zone.GENERAL)
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, null=True, blank=True, related_name="containers"
    )
    therapy = models.ForeignKey(
        Therapy, on_delete=models.PROTECT, null=True, blank=True, related_name="containers"
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["position"], name="inventory_one_container_per_position"
            ),
        ]
        indexes = [
            models.Index(
                fields=["path"],
                name="inventory_container_by_path",
                opclasses=["varchar_pattern_ops"],
            ),
        ]
        triggers = [
            *regulated(),
            pgtrigger.Trigger(
                name="stands_where_containers_stand",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("position_id"),
                condition=pgtrigger.Q(new__position__isnull=False),
                func="""
                    IF (SELECT p.holds FROM public.inventory_position p
                        WHERE p.id = NEW.position_id) <> 'container' THEN
                        RAISE EXCEPTION 'this position holds vials, not containers'
                            USING ERRCODE = '23514', CONSTRAINT = 'inventory_position_holds';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path_ids(self) -> list[int]:
        """The ids of the containers from the unit down to this one."""
        return [int(part) for part in self.path.split("/") if part]


class PositionCondition(models.TextChoices):
    """Whether a position may be used."""

    IN_SERVICE = "in_service", "In service"
    BLOCKED = "blocked", "Blocked"
    IN_DOUBT = "in_doubt", "In doubt"


class Position(RegulatedModel):
    """
    One place in a container; it holds one thing or nothing.

    holds: copied from the container's type, so that the database can insist on it.
    reserved_for: the vial that was taken from here and may come back.
    """

    container = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="positions")
    label = models.CharField(max_length=30)
    ordinal = models.PositiveIntegerField()
    row = models.PositiveSmallIntegerField(null=True, blank=True)
    column = models.PositiveSmallIntegerField(null=True, blank=True)
    holds = models.CharField(max_length=10, choices=Holds)
    condition = models.CharField(
        max_length=12, choices=PositionCondition, default=PositionCondition.IN_SERVICE
    )
    condition_reason = models.CharField(max_length=200, blank=True)
    reserved_for = models.ForeignKey(
        "inventory.Vial",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="places_kept",
    )

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["reserved_for"], name="inventory_one_place_kept_per_vial"
            ),
            models.UniqueConstraint(
                fields=["container", "label"], name="inventory_each_place_once"
            ),
            models.UniqueConstraint(
                fields=["container", "ordinal"], name="inventory_each_ordinal_once"
            ),
        ]

    def __str__(self) -> str:
        return self.label
