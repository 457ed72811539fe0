"""A small storage site with its cast, and the ways by which vials come to be where needed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from accounts.models import Person
from accounts.roles import Role
from audit.authors import Attribution, SignedIntent
from audit.models import Meaning
from custody.actions.check_out_vials import InternalPurpose, check_out_vials
from custody.actions.decide_quality import decide_quality
from custody.actions.place_vials import place_vials
from custody.actions.receive_batch import Inspection, receive_batch
from custody.models import Outcome
from custody.placements import Placement
from inventory.actions.add_container import add_container
from inventory.models import Batch, Container, Position, Program, Quality, Site, Vial
from sop.models import ProcedureVersion
from tests.factories.inventory import (
    BatchFactory,
    ContainerTypeFactory,
    ProductFactory,
    SiteFactory,
    StabilityLimitsFactory,
    TherapyFactory,
    VialFactory,
)
from tests.factories.people import PersonFactory
from tests.factories.procedures import HOUSE, house_procedure, train_for_the_house
from tests.readiness import open_signing

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class World:
    """One site, one program, one tank with a rack and two boxes, and everybody who works there."""

    site: Site
    program: Program
    technician: Person
    witness: Person
    supervisor: Person
    qa: Person
    qa2: Person
    release: Person
    admin: Person
    inspector: Person
    tank: Container = field(init=False)
    rack: Container = field(init=False)
    box: Container = field(init=False)
    other_box: Container = field(init=False)

    @property
    def people(self) -> list[Person]:
        """Everybody who works here."""
        return [value for value in vars(self).values() if isinstance(value, Person)]

    def says(self, person: Person, reason: str = "As the procedure says") -> Attribution:
        """Return the attribution of a step in `person`'s session."""
        return Attribution(actor=person, reason=reason, device="bench 1")

    def signs(
        self,
        person: Person,
        second: Person | None = None,
        meaning: Meaning = Meaning.PERFORMED,
        reason: str = "As the procedure says",
    ) -> SignedIntent:
        """Return the proven intent of `person`, without the slow hash of `confirm_intent`."""
        return SignedIntent(
            signer=person,
            meaning=meaning,
            reason=reason,
            device="bench 1",
            confirmed_at=NOON,
            second=None
            if second is None
            else self.signs(second, meaning=Meaning.WITNESSED, reason=reason),
        )

    def place(self, label: str, box: Container | None = None) -> Position:
        """Return a position of the box by its label."""
        return Position.objects.get(container=box or self.box, label=label)

    def expected(self, count: int = 1, batch: Batch | None = None, **traits: object) -> list[Vial]:
        """Return vials that were announced but have not arrived."""
        lot = batch or self.batch()
        return [VialFactory.create(batch=lot, **traits) for _ in range(count)]

    def batch(self, **traits: object) -> Batch:
        """Return a batch of a new patient of the world's program."""
        if "therapy" not in traits:
            product = ProductFactory.create(program=self.program)
            StabilityLimitsFactory.create(product=product)
            traits["therapy"] = TherapyFactory.create(product=product)
        return BatchFactory.create(**traits)

    def bank(self, **traits: object) -> Batch:
        """Return an allogeneic batch of the world's program."""
        product = ProductFactory.create(program=self.program, allogeneic=True)
        return BatchFactory.create(therapy=None, product=product, **traits)

    def received(self, count: int = 1, batch: Batch | None = None, **traits: object) -> list[Vial]:
        """Return vials in quarantine in the technician's hands."""
        vials = self.expected(count, batch, **traits)
        receive_batch(
            batch_id=vials[0].batch_id,
            vial_ids=[vial.pk for vial in vials],
            inspection=self.inspection(count),
            intent=self.signs(self.technician, self.witness),
            at=NOON,
        )
        return fresh(vials)

    def inspection(self, counted: int, outcome: Outcome = Outcome.ACCEPTED) -> Inspection:
        """Return an inspection without a finding."""
        return Inspection(
            site_id=self.site.pk,
            counted=counted,
            seal_number="SEAL-1",
            seal_intact=True,
            labels_legible=True,
            arrival_celsius=Decimal("-180.0"),
            outcome=outcome,
        )

    def stored(self, count: int = 1, batch: Batch | None = None, **traits: object) -> list[Vial]:
        """Return vials in quarantine in the first free places of the box."""
        vials = self.received(count, batch, **traits)
        free = Position.objects.filter(
            container=self.box, vials__isnull=True, reserved_for__isnull=True
        ).order_by("ordinal")[:count]
        place_vials(
            placements=[
                Placement(vial_id=vial.pk, position_id=position.pk)
                for vial, position in zip(vials, free, strict=True)
            ],
            attribution=self.says(self.technician),
            at=NOON,
        )
        return fresh(vials)

    def released(self, count: int = 1, batch: Batch | None = None, **traits: object) -> list[Vial]:
        """Return stored vials that quality has released."""
        vials = self.stored(count, batch, **traits)
        decide_quality(
            vial_ids=[vial.pk for vial in vials],
            decision=Quality.RELEASED,
            evidence="Certificate 1",
            intent=self.signs(self.release, meaning=Meaning.RELEASED),
            at=NOON,
        )
        return fresh(vials)

    def checked_out(self, vials: Sequence[Vial]) -> list[Vial]:
        """Return the stored vials in the technician's hands."""
        check_out_vials(
            vial_ids=[vial.pk for vial in vials],
            purpose=InternalPurpose.REARRANGE,
            intent=self.signs(self.technician, self.witness),
            at=NOON,
        )
        return fresh(vials)


def fresh(vials: Sequence[Vial]) -> list[Vial]:
    """Return the vials as the database has them now, in the same order."""
    rows = Vial.objects.select_related("batch__product", "therapy", "position").in_bulk(
        [vial.pk for vial in vials]
    )
    return [rows[vial.pk] for vial in vials]


def build_world() -> World:
    """Build a site with its tank, rack and boxes, and its cast."""
    site = SiteFactory.create()
    product = ProductFactory.create()
    program = product.program

    def person(user_id: str, *roles: Role) -> Person:
        name = user_id.replace("_", " ").title()
        return PersonFactory.create(
            user_id=f"{user_id}.{site.code.lower()}",
            full_name=f"{name} Example",
            roles=list(roles),
            programs=[program],
            sites=[site],
        )

    world = World(
        site=site,
        program=program,
        technician=person("technician", Role.TECHNICIAN),
        witness=person("witness", Role.TECHNICIAN),
        supervisor=person("supervisor", Role.SUPERVISOR),
        qa=person("qa", Role.QA),
        qa2=person("qa2", Role.QA),
        release=person("release", Role.RELEASE),
        admin=person("admin", Role.ADMINISTRATOR),
        inspector=person("inspector", Role.INSPECTOR),
    )
    build_storage(world)
    if not ProcedureVersion.objects.filter(procedure__code=HOUSE).exists():
        house_procedure(author=world.supervisor, approver=world.qa)
        train_for_the_house(world.people)
    open_signing(world.people, by=world.signs(world.admin))
    return world


def build_storage(world: World) -> None:
    """Add a tank with one rack and two boxes."""
    intent = world.signs(world.admin)
    world.tank = add_container(
        type_id=ContainerTypeFactory.create().pk,
        name="LN2-01",
        site_id=world.site.pk,
        intent=intent,
    )
    world.rack = add_container(
        type_id=ContainerTypeFactory.create(rack=True).pk,
        name="R1",
        position_id=world.tank.positions.get(label="R1").pk,
        intent=intent,
    )
    box_type = ContainerTypeFactory.create(box=True)
    for label, name in (("1", "box"), ("2", "other_box")):
        box = add_container(
            type_id=box_type.pk,
            name=f"Box {label}",
            position_id=world.rack.positions.get(label=label).pk,
            intent=intent,
        )
        setattr(world, name, box)
