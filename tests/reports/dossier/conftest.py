"""One therapy with a past: announced, received, stored, held, released, claimed and refused."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from pytest_django.fixtures import Settings

from accounts.models import Person, RoleMembership
from accounts.roles import Role, ensure_roles
from audit.authors import Attribution, SignedIntent
from audit.changes import machine_change
from audit.errors import DomainError
from audit.models import Meaning
from audit.signing import confirm_intent, witnessed
from custody.actions.check_out_retrieval import check_out_retrieval
from custody.actions.check_out_vials import (
    InternalPurpose,
    check_out_vials,
)
from custody.actions.claim_vials import claim_vials
from custody.actions.decide_quality import decide_quality
from custody.actions.hand_over_retrieval import Receiver, hand_over_retrieval
from custody.actions.place_hold import place_hold
from custody.actions.place_vials import place_vials
from custody.actions.receive_batch import Inspection, receive_batch
from custody.actions.register_batches import register_batches
from custody.actions.request_retrievals import request_retrievals
from custody.actions.scan_pick import scan_pick
from custody.actions.witness_pick import witness_pick
from custody.messages import IncomingMessage
from custody.models import HoldScope, Outcome
from custody.placements import Placement
from custody.rules.messages import AnnouncedBatch, AnnouncedVial
from custody.rules.orders import Order
from inventory.codes.own import OwnKind, new_code
from inventory.models import (
    Category,
    Container,
    ContainerType,
    Holds,
    LayoutKind,
    Position,
    Product,
    Program,
    ProgramUserPermission,
    Purpose,
    Quality,
    Site,
    SiteUserPermission,
    Sponsor,
    StorageClass,
    Therapy,
    Vial,
    VialKind,
)
from tests.factories.procedures import house_procedure, train_for_the_house
from tests.readiness import open_signing

NOON = datetime(2026, 3, 4, 12, 0, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
COI = "CHA9990260004AX"
DIN, CHECK = "A999026000137", "X"


@dataclass(frozen=True)
class World:
    """The people and the therapy of these tests."""

    ada: Person
    ben: Person
    eve: Person
    lea: Person
    inspector: Person
    stranger: Person
    sue: Person
    program: Program
    site: Site

    @property
    def therapy(self) -> Therapy:
        """The one therapy."""
        return Therapy.objects.get(coi=COI)

    @property
    def vials(self) -> list[Vial]:
        """Its vials, by code."""
        return list(Vial.objects.order_by("code"))


def person(user_id: str, name: str, role: Role) -> Person:
    made = Person(user_id=user_id, full_name=name)
    made.set_password(PASSWORD)
    made.save(force_insert=True)
    RoleMembership(person=made, group=Group.objects.get(name=role)).save(force_insert=True)
    return made


def grant(who: Person, what: Program | Site, *codenames: str) -> None:
    model = ProgramUserPermission if isinstance(what, Program) else SiteUserPermission
    content_type = ContentType.objects.get_for_model(type(what))
    for codename in codenames:
        permission = Permission.objects.get(content_type=content_type, codename=codename)
        granted: Any = model(user=who, permission=permission)
        granted.content_object = what
        granted.save(force_insert=True)


def signed(who: Person, meaning: Meaning, reason: str, *, by: Person | None = None) -> SignedIntent:
    def proof(signer: Person, meant: Meaning) -> SignedIntent:
        return confirm_intent(
            user_id=signer.user_id,
            password=PASSWORD,
            meaning=meant,
            reason=reason,
            device="bench 1",
            at=NOON,
        )

    first = proof(who, meaning)
    return first if by is None else witnessed(first, by=proof(by, Meaning.WITNESSED))


def attributed(who: Person, reason: str) -> Attribution:
    return Attribution(actor=who, reason=reason, device="bench 1")


@pytest.fixture
def world(db: None, settings: Settings) -> World:
    """Set up people, a freezer and the therapy; then live its first days through the actions."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    ensure_roles()
    with machine_change("set-up", action="set_up", reason="a world for tests"):
        made = _set_up()
        admin = person("root", "Rut Oot", Role.ADMINISTRATOR)
    _open_signing(made, admin)
    _live(made)
    return made


def _open_signing(world: World, admin: Person) -> None:
    by = SignedIntent(
        signer=admin,
        meaning=Meaning.CERTIFIED,
        reason="set-up",
        device="bench 1",
        confirmed_at=NOON,
    )
    open_signing([admin, world.ada, world.ben, world.eve, world.lea], by=by)


def _set_up() -> World:
    people = {
        "ada": person("ada", "Ada Łovelace", Role.TECHNICIAN),
        "ben": person("ben", "Ben Ωhm", Role.TECHNICIAN),
        "eve": person("eve", "Eve Иванова", Role.QA),
        "inspector": person("inspector", "Ina Spector", Role.INSPECTOR),
        "lea": person("lea", "Lea Release", Role.RELEASE),
        "stranger": person("stranger", "Sam Stranger", Role.QA),
    }
    supervisor = person("sue", "Sue Pervisor", Role.SUPERVISOR)
    sponsor = Sponsor(name="Northern Cells")
    sponsor.save(force_insert=True)
    program = Program(sponsor=sponsor, code="NC-1", name="Northern TCR")
    program.save(force_insert=True)
    site = Site(code="LEI", name="Leiden", time_zone="Europe/Amsterdam")
    site.save(force_insert=True)
    product = Product(
        program=program,
        code="TCR-MAGE",
        name="Autologous TCR-T",
        is_autologous=True,
        storage_class=StorageClass.VAPOUR,
    )
    product.save(force_insert=True)
    for name in ("ada", "ben", "eve", "lea"):
        grant(people[name], program, "view_program", "work_on_program")
        grant(people[name], site, "view_site", "work_at_site")
    grant(supervisor, program, "view_program", "work_on_program")
    grant(people["inspector"], program, "view_program")
    _freezer(site)
    return World(**people, sue=supervisor, program=program, site=site)


def _freezer(site: Site) -> None:
    tank = ContainerType(
        name="Tank",
        category=Category.TANK,
        layout=LayoutKind.NAMED,
        names=["R1"],
        holds=Holds.CONTAINER,
        accepts=[Category.BOX],
        storage_class=StorageClass.VAPOUR,
    )
    tank.save(force_insert=True)
    box = ContainerType(
        name="Box 9 x 9",
        category=Category.BOX,
        layout=LayoutKind.GRID,
        rows=9,
        columns=9,
        holds=Holds.VIAL,
        accepts=[VialKind.VIAL],
    )
    box.save(force_insert=True)
    unit = Container(type=tank, site=site, name="LN2-01", code=new_code(OwnKind.UNIT, 1))
    unit.save(force_insert=True)
    unit.path, unit.unit = f"/{unit.pk}/", unit
    unit.save(update_fields=["path", "unit"])
    rack = Position(container=unit, label="R1", ordinal=1, holds=Holds.CONTAINER)
    rack.save(force_insert=True)
    stored = Container(
        type=box,
        site=site,
        name="Box 1",
        code=new_code(OwnKind.BOX, 1),
        position=rack,
        unit=unit,
    )
    stored.save(force_insert=True)
    stored.path = f"/{unit.pk}/{stored.pk}/"
    stored.save(update_fields=["path"])
    for place in box.places():
        Position(container=stored, holds=Holds.VIAL, **vars(place)).save(force_insert=True)


def _live(world: World) -> None:
    """Announce, receive, store, hold, check out and be refused, as people would."""
    house_procedure(author=world.ada, approver=world.lea)
    train_for_the_house([world.ada, world.ben, world.eve, world.lea, world.sue])
    batch, *_ = register_batches(
        message=IncomingMessage(source_system="EBR", message_id="ebr-1", body="{}"),
        batches=[_announced()],
        attribution=attributed(world.sue, "batch record complete"),
        at=NOON,
    )
    keys = [vial.pk for vial in world.vials]
    receive_batch(
        batch_id=batch.pk,
        vial_ids=keys,
        inspection=_inspection(world.site, len(keys)),
        intent=signed(world.ada, Meaning.PERFORMED, "arrived by courier", by=world.ben),
        at=NOON + timedelta(minutes=1),
    )
    places = Position.objects.filter(holds=Holds.VIAL).order_by("ordinal")
    place_vials(
        placements=[
            Placement(
                vial_id=vial.pk,
                position_id=place.pk,
                scanned_vial=vial.code,
                scanned_place=place.label,
            )
            for vial, place in zip(world.vials, places, strict=False)
        ],
        attribution=attributed(world.ada, "put away"),
        at=NOON + timedelta(minutes=2),
    )
    place_hold(
        scope=HoldScope.VIALS,
        subject=world.vials[0].code,
        intent=signed(world.eve, Meaning.RESPONSIBILITY, "label looks smudged"),
        at=NOON + timedelta(minutes=3),
    )
    check_out_vials(
        vial_ids=[world.vials[2].pk],
        purpose=InternalPurpose.QC,
        intent=signed(world.ada, Meaning.PERFORMED, "QC sample", by=world.ben),
        at=NOON + timedelta(minutes=4),
    )
    _give_to_the_clinic(world, world.vials[1])
    with pytest.raises(DomainError):
        decide_quality(
            vial_ids=[world.vials[0].pk],
            decision=Quality.REJECTED,
            evidence="",
            intent=signed(world.eve, Meaning.REJECTED, "smudged"),
            at=NOON + timedelta(minutes=5),
        )


def register_more(world: World, *, count: int) -> None:
    """Announce a second batch of the same therapy."""
    first = _announced()
    vials = [replace(first.vials[0], code=f"{DIN}{CHECK}-{n:03d}") for n in range(101, 101 + count)]
    register_batches(
        message=IncomingMessage(source_system="EBR", message_id="ebr-2", body="{}"),
        batches=[replace(first, number="B-26-2804", vials=vials)],
        attribution=attributed(world.sue, "batch record complete"),
        at=NOON,
    )


def _give_to_the_clinic(world: World, vial: Vial) -> None:
    """Release, order, claim, pick by two people and hand over one vial."""
    decide_quality(
        vial_ids=[vial.pk],
        decision=Quality.RELEASED,
        evidence="certificate C-17",
        intent=signed(world.lea, Meaning.RELEASED, "all criteria met"),
        at=NOON + timedelta(minutes=6),
    )
    (retrieval,) = request_retrievals(
        message=IncomingMessage(source_system="Scheduling", message_id="sch-1", body="{}"),
        orders=[_order()],
        attribution=attributed(world.sue, "ordered by the clinic"),
        at=NOON + timedelta(minutes=7),
    )
    claim_vials(
        retrieval_id=retrieval.pk,
        vial_ids=[vial.pk],
        attribution=attributed(world.ada, "for the pick"),
        at=NOON + timedelta(minutes=8),
        reason_for_last="The first dose was lost on the way",
    )
    by_both = signed(world.ada, Meaning.PERFORMED, "picked", by=world.ben)
    seat = signed(world.ben, Meaning.WITNESSED, "joining the pick")
    witness_pick(retrieval_id=retrieval.pk, intent=seat)
    for who in (world.ada, world.ben):
        scan_pick(
            retrieval_id=retrieval.pk,
            code=vial.code,
            attribution=attributed(who, "scanned at the tank"),
            at=NOON + timedelta(minutes=9),
        )
    check_out_retrieval(retrieval_id=retrieval.pk, intent=by_both, at=NOON + timedelta(minutes=10))
    hand_over_retrieval(
        retrieval_id=retrieval.pk,
        receiver=Receiver(
            name="Carla Courier",
            organisation="Clinic North",
            identified_by="passport",
            is_courier=False,
        ),
        intent=signed(world.ada, Meaning.PERFORMED, "handed over", by=world.ben),
        at=NOON + timedelta(minutes=11),
    )


def _order() -> Order:
    return Order(
        number="SCH-9004",
        coi=COI,
        patient="PT-1028",
        product_code="TCR-MAGE",
        purpose=Purpose.BACKUP,
        quantity=1,
        needed_by=NOON + timedelta(days=2),
        destination="Clinic North, Infusion Unit",
    )


def _announced() -> AnnouncedBatch:
    purposes = (Purpose.DOSE, Purpose.BACKUP, Purpose.QC)
    return AnnouncedBatch(
        number="B-26-2803",
        product_code="TCR-MAGE",
        coi=COI,
        patient="PT-1028",
        donation_number=DIN,
        check_character=CHECK,
        completed_at=NOON - timedelta(days=1),
        expires_at=NOON + timedelta(days=720),
        vials=[
            AnnouncedVial(
                code=f"{DIN}{CHECK}-{number:03d}",
                kind=VialKind.VIAL,
                purpose=purpose,
                volume_ml=Decimal("5.00"),
                nucleated_cells=11_828_613,
            )
            for number, purpose in enumerate(purposes, start=1)
        ],
    )


def _inspection(site: Site, count: int) -> Inspection:
    return Inspection(
        site_id=site.pk,
        counted=count,
        seal_number="S-1007",
        seal_intact=True,
        labels_legible=True,
        arrival_celsius=Decimal("-178.5"),
        outcome=Outcome.ACCEPTED,
        condition="frost on the lid",
    )
