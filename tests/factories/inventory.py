"""Sites, programs, products, patients, batches and vials as they are before anything happens."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import factory

from inventory.models import (
    Batch,
    Category,
    ContainerType,
    Holds,
    Identifier,
    IdentifierKind,
    LayoutKind,
    Patient,
    Product,
    Program,
    Purpose,
    Site,
    Sponsor,
    StabilityLimits,
    StorageClass,
    Therapy,
    Vial,
    VialKind,
)
from tests.factories.base import RegulatedFactory


class SiteFactory(RegulatedFactory[Site]):
    """A site in Zurich."""

    class Meta:
        model = Site

    code = factory.Sequence(lambda number: f"S{number}")
    name = factory.Sequence(lambda number: f"Site {number}")
    time_zone = "Europe/Zurich"


class SponsorFactory(RegulatedFactory[Sponsor]):
    """A sponsor."""

    class Meta:
        model = Sponsor

    name = factory.Sequence(lambda number: f"Sponsor {number}")


class ProgramFactory(RegulatedFactory[Program]):
    """A program of a sponsor of its own."""

    class Meta:
        model = Program

    sponsor = factory.SubFactory(SponsorFactory)
    code = factory.Sequence(lambda number: f"PRG-{number}")
    name = factory.Sequence(lambda number: f"Program {number}")


class ProductFactory(RegulatedFactory[Product]):
    """An autologous product stored in vapour; `allogeneic=True` for a bank."""

    class Meta:
        model = Product

    class Params:
        allogeneic = factory.Trait(is_autologous=False)

    program = factory.SubFactory(ProgramFactory)
    code = factory.Sequence(lambda number: f"PROD-{number}")
    name = factory.Sequence(lambda number: f"Product {number}")
    is_autologous = True
    storage_class = StorageClass.VAPOUR


class StabilityLimitsFactory(RegulatedFactory[StabilityLimits]):
    """Version 1 of a product's limits."""

    class Meta:
        model = StabilityLimits

    product = factory.SubFactory(ProductFactory)
    version = 1
    effective_at = datetime(2026, 1, 1, tzinfo=UTC)
    warmest_allowed_celsius = Decimal("-135.0")
    longest_single_exposure = timedelta(minutes=2)
    longest_total_exposure = timedelta(minutes=30)
    most_exposures = 10


class PatientFactory(RegulatedFactory[Patient]):
    """A patient by pseudonym."""

    class Meta:
        model = Patient

    program = factory.SubFactory(ProgramFactory)
    pseudonym = factory.Sequence(lambda number: f"PT-{number:04d}")


class TherapyFactory(RegulatedFactory[Therapy]):
    """One patient's treatment with a product of the same program."""

    class Meta:
        model = Therapy

    coi = factory.Sequence(lambda number: f"CHA999026{number:04d}AX")
    product = factory.SubFactory(ProductFactory)
    program = factory.LazyAttribute(lambda therapy: therapy.product.program)
    patient = factory.LazyAttribute(
        lambda therapy: PatientFactory.create(program=therapy.product.program)
    )


class BatchFactory(RegulatedFactory[Batch]):
    """A completed lot of one therapy; `therapy=None, product=…` for a bank."""

    class Meta:
        model = Batch

    number = factory.Sequence(lambda number: f"B-26-{number:04d}")
    therapy = factory.SubFactory(TherapyFactory)
    product = factory.LazyAttribute(lambda batch: batch.therapy.product)
    donation_number = factory.Sequence(lambda number: f"A999926{number:06d}")
    completed_at = datetime(2026, 9, 1, 8, tzinfo=UTC)
    expires_at = datetime(2028, 9, 1, tzinfo=UTC)
    source_system = "EBR"
    source_message = "test"


class VialFactory(RegulatedFactory[Vial]):
    """An expected vial with its identifier; later states are reached through actions."""

    class Meta:
        model = Vial
        skip_postgeneration_save = True

    batch = factory.SubFactory(BatchFactory)
    program = factory.LazyAttribute(lambda vial: vial.batch.product.program)
    therapy = factory.LazyAttribute(lambda vial: vial.batch.therapy)
    code = factory.Sequence(lambda number: f"A9999-26-{number:06d}")
    kind = VialKind.VIAL
    purpose = Purpose.DOSE
    volume_ml = Decimal("1.80")
    nucleated_cells = 10_000_000
    expires_at = factory.LazyAttribute(lambda vial: vial.batch.expires_at)

    @factory.post_generation
    def identifier(self: Vial, *_: object, **__: object) -> None:
        """Commission the vial's code."""
        IdentifierFactory.create(code=self.code, kind=IdentifierKind.VIAL, vial=self)


class IdentifierFactory(RegulatedFactory[Identifier]):
    """A code."""

    class Meta:
        model = Identifier


class ContainerTypeFactory(RegulatedFactory[ContainerType]):
    """A vapour tank of six racks; `rack=True` and `box=True` for what stands inside."""

    class Meta:
        model = ContainerType
        django_get_or_create = ("name",)

    class Params:
        ult = factory.Trait(
            name="ULT −80", category=Category.FREEZER, storage_class=StorageClass.ULT
        )
        shipper = factory.Trait(
            name="Dry shipper",
            category=Category.SHIPPER,
            layout=LayoutKind.COUNTED,
            names=[],
            limit=20,
            holds=Holds.VIAL,
            accepts=[VialKind.VIAL],
        )
        rack = factory.Trait(
            name="Rack of 4",
            category=Category.RACK,
            layout=LayoutKind.NAMED,
            names=["1", "2", "3", "4"],
            accepts=[Category.BOX, Category.BIN],
            storage_class="",
        )
        box = factory.Trait(
            name="Box 9 × 9",
            category=Category.BOX,
            layout=LayoutKind.GRID,
            names=[],
            rows=9,
            columns=9,
            holds=Holds.VIAL,
            accepts=[VialKind.VIAL],
            storage_class="",
        )

    name = "Vapour tank"
    category = Category.TANK
    layout = LayoutKind.NAMED
    names = ["R1", "R2", "R3", "R4", "R5", "R6"]
    holds = Holds.CONTAINER
    accepts = [Category.RACK]
    storage_class = StorageClass.VAPOUR
