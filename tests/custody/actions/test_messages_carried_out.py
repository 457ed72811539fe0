"""Registering batches and requesting retrievals: every fault is said, and nothing is half done."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from custody.actions.register_batches import register_batches
from custody.actions.request_retrievals import request_retrievals
from custody.messages import IncomingMessage
from custody.models import Retrieval
from custody.rules.messages import AnnouncedBatch
from custody.rules.orders import Order
from inventory.models import Batch, Message, Patient, Purpose, Vial
from tests.custody.actions.evidence import refused
from tests.custody.messages import announced_batch
from tests.custody.retrievals import order_for
from tests.factories.inventory import ProductFactory
from tests.world import NOON, World


def register(world: World, *batches: AnnouncedBatch, name: str = "m-1", body: str = "x") -> None:
    """Register one message."""
    register_batches(
        message=IncomingMessage(source_system="EBR", message_id=name, body=body),
        batches=batches,
        attribution=world.says(world.supervisor),
        at=NOON,
    )


def ask(world: World, *orders: Order, name: str = "o-1", body: str = "x") -> list[Retrieval]:
    """Request one message of orders."""
    return request_retrievals(
        message=IncomingMessage(source_system="Scheduling", message_id=name, body=body),
        orders=orders,
        attribution=world.says(world.supervisor),
        at=NOON,
    )


@pytest.mark.urs("URS-04", "URS-88", "URS-94")
def test_a_message_with_a_fault_is_refused_as_a_whole(world: World) -> None:
    good, bad = announced_batch(world), announced_batch(world)
    bank = ProductFactory.create(program=world.program, allogeneic=True)
    stored = world.stored()[0]
    vial = bad.vials[0]
    wrong = "0" if bad.check_character != "0" else "1"

    for faulty, codes in (
        ({"check_character": wrong}, ["WRONG_CHECK_CHARACTER"]),
        ({"product_code": "NOPE"}, ["UNKNOWN_PRODUCT"]),
        ({"expires_at": bad.completed_at}, ["EXPIRES_BEFORE_COMPLETION"]),
        ({"vials": []}, ["NO_CONTAINERS"]),
        ({"vials": [replace(vial, code=stored.code)]}, ["BARCODE_KNOWN"]),
        ({"vials": [replace(vial, volume_ml=Decimal(0))]}, ["NO_VOLUME"]),
        ({"vials": [vial, vial]}, ["BARCODE_TWICE"]),
        ({"number": stored.code}, ["BARCODE_KNOWN"]),
        ({"number": stored.batch.number}, ["BATCH_KNOWN"]),
        ({"coi": None}, ["COI_MISSING"]),
        ({"coi": "?"}, ["MALFORMED_COI"]),
        ({"coi": good.coi}, ["COI_OF_ANOTHER"]),
        ({"product_code": bank.code}, ["PATIENT_OF_ALLOGENEIC"]),
        ({"number": good.number}, ["BATCH_TWICE"]),
    ):
        with refused(*codes):
            register(world, good, replace(bad, **faulty))
    with refused("NO_BATCHES"):
        register(world)


@pytest.mark.urs("URS-88")
def test_a_known_chain_of_identity_is_not_given_to_another_patient(world: World) -> None:
    first = announced_batch(world)
    register(world, first)
    again = replace(announced_batch(world), coi=first.coi, product_code=first.product_code)

    with refused("COI_OF_ANOTHER"):
        register(world, again, name="m-2")

    register(world, replace(again, patient=first.patient), name="m-2")
    assert Patient.objects.filter(pseudonym=first.patient).count() == 1


@pytest.mark.urs("URS-88")
def test_a_known_patient_gets_a_second_treatment(world: World) -> None:
    first, second = announced_batch(world), announced_batch(world)

    register(world, first, replace(second, patient=first.patient))

    assert Patient.objects.filter(pseudonym=first.patient).count() == 1
    assert Batch.objects.count() == 2


@pytest.mark.urs("URS-85", "URS-88")
def test_a_known_donation_is_not_given_to_another_patient(world: World) -> None:
    first, second = announced_batch(world), announced_batch(world)
    register(world, first)
    donation: dict[str, Any] = {
        "donation_number": first.donation_number,
        "check_character": first.check_character,
    }
    bank = ProductFactory.create(program=world.program, allogeneic=True)

    third = replace(
        announced_batch(world),
        donation_number=second.donation_number,
        check_character=second.check_character,
    )

    for batches in (
        [replace(second, **donation)],
        [replace(second, **donation, product_code=bank.code, coi=None, patient=None)],
        [second, third],
    ):
        with refused("DONATION_OF_ANOTHER"):
            register(world, *batches, name="m-2")

    register(world, replace(second, **donation, patient=first.patient), name="m-2")
    assert Batch.objects.filter(donation_number=first.donation_number).count() == 2


def test_a_bank_names_no_patient(world: World) -> None:
    bank = ProductFactory.create(program=world.program, allogeneic=True)

    register(world, replace(announced_batch(world), product_code=bank.code, coi=None, patient=None))

    assert list(Vial.objects.values_list("therapy", flat=True)) == [None, None]


@pytest.mark.urs("URS-94")
def test_the_same_message_again_changes_nothing(world: World) -> None:
    batch = announced_batch(world)
    register(world, batch)
    register(world, batch)
    assert (Batch.objects.count(), Message.objects.count()) == (1, 1)

    with refused("MESSAGE_ID_REUSED"):
        register(world, batch, body="another text")


@pytest.mark.urs("URS-88", "URS-89")
def test_orders_with_a_fault_are_refused_as_a_whole(world: World) -> None:
    vial, other = world.released()[0], world.released()[0]
    good, bad = order_for(vial), order_for(vial)
    assert other.therapy is not None

    for faulty, codes in (
        ({"quantity": 0}, ["NO_QUANTITY"]),
        ({"purpose": Purpose.RETAIN}, ["NOT_FOR_A_PATIENT"]),
        ({"purpose": Purpose.QC}, ["NOT_FOR_A_PATIENT"]),
        ({"destination": " "}, ["NO_DESTINATION"]),
        ({"needed_by": NOON - timedelta(days=1)}, ["NEEDED_IN_THE_PAST"]),
        ({"product_code": "NOPE"}, ["UNKNOWN_PRODUCT"]),
        ({"coi": "NOPE"}, ["UNKNOWN_COI"]),
        ({"patient": "PT-OTHER"}, ["WRONG_PATIENT"]),
        (
            {"coi": other.therapy.coi, "patient": other.therapy.patient.pseudonym},
            ["WRONG_PRODUCT"],
        ),
        ({"number": good.number}, ["ORDER_TWICE"]),
    ):
        with refused(*codes):
            ask(world, good, replace(bad, **faulty))
    with refused("NO_ORDERS"):
        ask(world)


def test_the_same_orders_again_give_the_same_retrievals(world: World) -> None:
    order = order_for(world.released()[0], purpose=Purpose.DOSE)

    assert ask(world, order) == ask(world, order)
    with refused("MESSAGE_ID_REUSED"):
        ask(world, order, body="another text")
    with refused("ORDER_KNOWN"):
        ask(world, order, name="o-2")
