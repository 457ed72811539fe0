"""Where the walk happens: a site with one tank, a product, two patients, and everybody's name."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Person
from accounts.roles import Role
from audit.models import Meaning
from custody.actions.decide_quality import decide_quality
from custody.actions.place_vials import place_vials
from custody.actions.receive_batch import receive_batch
from custody.placements import Placement
from inventory.codes.iso7064 import check_character
from inventory.models import Batch, Product, Program, Quality, Site, Vial
from tests.custody.reviews import review
from tests.factories.inventory import (
    ProductFactory,
    ProgramFactory,
    SiteFactory,
    StabilityLimitsFactory,
)
from tests.factories.people import PersonFactory
from tests.factories.procedures import house_procedure, train_for_the_house
from tests.integration.messages import batch_message, batch_part, container_part, order_part
from tests.readiness import open_signing
from tests.world import World, build_storage

CAST = {
    "technician": ("Timea Keller", Role.TECHNICIAN),
    "witness": ("Wanda Roth", Role.TECHNICIAN),
    "supervisor": ("Sanne Vogel", Role.SUPERVISOR),
    "qa": ("Quentin Adler", Role.QA),
    "qa2": ("Quiana Brandt", Role.QA),
    "release": ("Renata Lang", Role.RELEASE),
    "admin": ("Anton Meier", Role.ADMINISTRATOR),
    "inspector": ("Ines Moreau", Role.INSPECTOR),
}
SYSTEMS = {"ebr": "Electronic batch record", "scheduling": "Scheduling system"}
PURPOSES = ("dose",) * 5 + ("backup", "qc", "retain")


@dataclass
class House:
    """The site, its product, and what the batch record knows of two patients."""

    world: World
    product: Product
    now: datetime = field(default_factory=timezone.now)

    def patient(self, number: int) -> dict[str, Any]:
        """Return the batch of one patient as the batch record announces it."""
        din = f"A999026{200 + number:06d}"
        check = check_character(din)
        return batch_part(
            self.product,
            batch_number=f"B-26-28{number:02d}",
            chain_of_identity=f"CHA999026W{number:03d}AX",
            patient=f"PT-{1000 + 7 * number}",
            donation_number=din,
            donation_check_character=check,
            completed_at=(self.now - timedelta(days=20)).isoformat(),
            expires_on=f"{self.now + timedelta(days=460):%Y-%m-%d}",
            containers=[
                container_part(f"{din}{check}-{place:03d}", volume_ml=5, purpose=purpose)
                for place, purpose in enumerate(PURPOSES, start=1)
            ],
        )

    def completed(self, *batches: dict[str, Any], message_id: str) -> dict[str, Any]:
        """Return the message by which the batch record says that batches are complete."""
        return batch_message(*batches, message_id=message_id, sent_at=self.now.isoformat())

    def order(self, patient: dict[str, Any]) -> dict[str, Any]:
        """Return the order for one dose of a patient as scheduling sends it."""
        return order_part(
            order_number="SCH-9004",
            chain_of_identity=patient["chain_of_identity"],
            patient=patient["patient"],
            product_code=self.product.code,
            needed_by=(self.now + timedelta(days=6)).isoformat(),
        )

    def store_and_release(self, patient: dict[str, Any]) -> list[Vial]:
        """Have colleagues receive, store and release another patient's vials in the same box."""
        world = self.world
        batch = Batch.objects.get(number=patient["batch_number"])
        vials = list(batch.vials.order_by("code"))
        keys = [vial.pk for vial in vials]
        places = [world.place(f"C{column}") for column in range(1, len(vials) + 1)]
        receive_batch(
            batch_id=batch.pk,
            vial_ids=keys,
            inspection=world.inspection(len(vials)),
            intent=world.signs(world.witness, world.supervisor),
            at=timezone.now(),
        )
        place_vials(
            placements=[
                Placement(vial_id=key, position_id=place.pk)
                for key, place in zip(keys, places, strict=True)
            ],
            attribution=world.says(world.witness),
            at=timezone.now(),
        )
        review(world, batch.number, by=world.qa)  # one of them was scanned for the other patient
        decide_quality(
            vial_ids=keys,
            decision=Quality.RELEASED,
            evidence="Certificate CoA-28-11",
            intent=world.signs(world.release, meaning=Meaning.RELEASED),
            at=timezone.now(),
        )
        return vials


def build_house() -> House:
    """Build the site with its tank and its cast, and a service account for each other system."""
    site = SiteFactory.create(code="ZRH", name="Zurich cell therapy centre")
    program = ProgramFactory.create(code="ALP-TCR", name="MAGE-A4 TCR-T, phase I")
    product = ProductFactory.create(program=program, code="TCR-MAGE", name="Autologous TCR-T")
    StabilityLimitsFactory.create(product=product)
    people = {
        user_id: _person(user_id, name, role, program, site)
        for user_id, (name, role) in CAST.items()
    }
    for user_id, name in SYSTEMS.items():
        _person(user_id, name, Role.SERVICE, program, site)
    world = World(site=site, program=program, **people)
    build_storage(world)
    house_procedure(author=world.supervisor, approver=world.qa)
    train_for_the_house(world.people)
    open_signing(world.people, by=world.signs(world.admin))
    return House(world=world, product=product)


def _person(user_id: str, name: str, role: Role, program: Program, site: Site) -> Person:
    return PersonFactory.create(
        user_id=user_id, full_name=name, roles=[role], programs=[program], sites=[site]
    )
