"""Completed batches arriving at the machine door."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.actions.deactivate_person import deactivate_person
from audit.models import Change, RefusedAttempt
from custody.models import CustodyEvent
from integration.json_text import LARGEST_BYTES
from inventory.models import Batch, Identifier, Message, Patient, Quality, Therapy, Vial
from tests.factories.inventory import ProductFactory, VialFactory
from tests.integration.conftest import OtherSystem, other_system
from tests.integration.messages import (
    as_text,
    autologous,
    batch_message,
    batch_part,
    container_part,
)
from tests.world import World

WRONG_CHECK = {"donation_number": "A999926900001", "donation_check_character": "*"}  # it is O
REGISTERED = (Batch, Vial, Therapy, Patient, Message, Identifier, CustodyEvent)


def counts() -> list[int]:
    """Count everything that a message may write."""
    return [model._default_manager.count() for model in REGISTERED]


def codes(response: Any) -> set[str]:
    """Return the codes of all refusals."""
    return {one["code"] for one in response.json()["refusals"]}


@pytest.mark.urs("URS-04", "URS-85", "URS-88", "URS-94")
def test_registers_a_batch_with_its_therapy_and_expected_vials(
    world: World, ebr: OtherSystem
) -> None:
    part = batch_part(autologous(world))

    response = ebr.post("batches/", batch_message(part, message_id="ebr-1"))

    assert response.status_code == 201
    answer = response.json()
    assert (answer["message_id"], answer["repeated"], answer["count"]) == ("ebr-1", False, 1)
    batch = Batch.objects.get(number=part["batch_number"])
    assert batch.therapy is not None
    assert batch.therapy.coi == part["chain_of_identity"]
    assert batch.therapy.patient.pseudonym == part["patient"]
    vials = batch.vials.order_by("code")
    assert [vial.code for vial in vials] == [one["barcode"] for one in part["containers"]]
    assert {vial.quality for vial in vials} == {Quality.EXPECTED}
    assert {vial.volume_ml for vial in vials} == {Decimal("1.80")}


def test_takes_the_day_of_expiry_to_its_end_in_utc(world: World, ebr: OtherSystem) -> None:
    part = batch_part(autologous(world), expires_on="2028-02-29")

    ebr.post("batches/", batch_message(part))

    batch = Batch.objects.get(number=part["batch_number"])
    assert batch.expires_at == datetime(2028, 3, 1, tzinfo=UTC)
    assert {vial.expires_at for vial in batch.vials.all()} == {batch.expires_at}


def test_registers_an_allogeneic_batch_without_a_patient(world: World, ebr: OtherSystem) -> None:
    part = batch_part(ProductFactory.create(program=world.program, allogeneic=True))

    response = ebr.post("batches/", batch_message(part))

    assert response.status_code == 201
    assert Batch.objects.get(number=part["batch_number"]).therapy is None


def test_keeps_the_raw_message_with_fields_nobody_knows(world: World, ebr: OtherSystem) -> None:
    text = as_text(batch_message(batch_part(autologous(world)), message_id="m-1", extra={"a": 1}))

    ebr.post("batches/", text)

    kept = Message.objects.get(message_id="m-1")
    assert kept.body == text


@pytest.mark.urs("URS-34")
def test_names_the_account_and_the_token_in_the_trail(world: World, ebr: OtherSystem) -> None:
    ebr.post("batches/", batch_message(batch_part(autologous(world))))

    change = Change.objects.filter(action="register_batches").latest("id")
    assert (change.actor_user_id, change.device) == (ebr.account.user_id, "ebr")
    assert change.role == "service"


def test_changes_nothing_when_the_same_message_comes_again(world: World, ebr: OtherSystem) -> None:
    text = as_text(batch_message(batch_part(autologous(world))))
    first = ebr.post("batches/", text)
    before = counts()

    again = ebr.post("batches/", text)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"repeated": True}
    assert counts() == before


def test_refuses_a_message_id_that_comes_with_another_content(
    world: World, ebr: OtherSystem
) -> None:
    product = autologous(world)
    ebr.post("batches/", batch_message(batch_part(product), message_id="m-1"))
    before = counts()

    response = ebr.post("batches/", batch_message(batch_part(product), message_id="m-1"))

    assert response.status_code == 409
    assert codes(response) == {"MESSAGE_ID_REUSED"}
    assert counts() == before


def test_takes_the_same_message_id_from_two_systems(world: World, ebr: OtherSystem) -> None:
    product = autologous(world)
    ebr.post("batches/", batch_message(batch_part(product), message_id="m-1"))
    other = batch_part(product)

    response = ebr.post(
        "batches/", batch_message(other, message_id="m-1", source_system="Other EBR")
    )
    again = ebr.post("batches/", batch_message(other, message_id="m-1", source_system="Other EBR"))

    assert response.status_code == 201
    assert again.json()["numbers"] == [other["batch_number"]]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (WRONG_CHECK, "WRONG_CHECK_CHARACTER"),
        ({"product_code": "NOBODY-KNOWS"}, "UNKNOWN_PRODUCT"),
        ({"expires_on": "2026-09-04"}, "EXPIRES_BEFORE_COMPLETION"),
        ({"patient": None}, "COI_MISSING"),
        ({"containers": []}, "NO_CONTAINERS"),
    ],
)
@pytest.mark.urs("URS-04", "URS-94")
def test_refuses_the_whole_message_for_one_fault(
    world: World, ebr: OtherSystem, changed: dict[str, Any], code: str
) -> None:
    product = autologous(world)
    before = counts()

    response = ebr.post(
        "batches/", batch_message(batch_part(product), batch_part(product, **changed))
    )

    assert response.status_code == 409
    assert codes(response) == {code}
    assert counts() == before


@pytest.mark.urs("URS-94")
def test_refuses_a_barcode_that_is_known_anywhere(world: World, ebr: OtherSystem) -> None:
    VialFactory.create(code="A999926000001-001")
    part = batch_part(autologous(world), containers=[container_part("A999926000001-001")])

    response = ebr.post("batches/", batch_message(part))

    assert codes(response) == {"BARCODE_KNOWN"}


def test_says_every_fault_of_the_rules_at_once(world: World, ebr: OtherSystem) -> None:
    part = batch_part(autologous(world), **WRONG_CHECK, expires_on="2026-01-01", containers=[])

    response = ebr.post("batches/", batch_message(part))

    assert codes(response) == {
        "WRONG_CHECK_CHARACTER",
        "EXPIRES_BEFORE_COMPLETION",
        "NO_CONTAINERS",
    }


def test_says_every_malformed_field_and_where_it_stands(world: World, ebr: OtherSystem) -> None:
    part = batch_part(autologous(world), completed_at="2026-09-05T09:56:00")
    part["containers"][1] |= {"volume_ml": "5", "kind": "barrel"}
    del part["donation_number"]

    response = ebr.post("batches/", batch_message(part))

    assert response.status_code == 422
    assert {one["where"]: one["code"] for one in response.json()["refusals"]} == {
        "batches[0].completed_at": "NO_OFFSET",
        "batches[0].containers[1].volume_ml": "NOT_A_NUMBER",
        "batches[0].containers[1].kind": "MALFORMED_FIELD",
        "batches[0].donation_number": "MISSING_FIELD",
    }


@pytest.mark.urs("URS-23")
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"batches": [', 400, "NOT_JSON"),
        (b"", 400, "NOT_JSON"),
        (b'{"a": 1, "a": 2}', 400, "NOT_JSON"),
        (b'{"a": NaN}', 400, "NOT_JSON"),
        (b"[" * 100_000, 400, "NOT_JSON"),
        (b"\xff\x00", 400, "NOT_JSON"),
        (b"[]", 422, "MALFORMED_FIELD"),
        (b" " * (LARGEST_BYTES + 1), 413, "MESSAGE_TOO_LARGE"),
    ],
)
def test_keeps_what_it_could_not_read(
    world: World, ebr: OtherSystem, body: bytes, status: int, code: str
) -> None:
    response = ebr.post("batches/", body)

    assert response.status_code == status
    assert codes(response) == {code}
    kept = RefusedAttempt.objects.latest("id")
    assert (kept.actor_user_id, kept.codes) == (ebr.account.user_id, [code])
    assert kept.action == "register_batches"


def test_keeps_the_text_of_a_message_that_the_rules_refuse(world: World, ebr: OtherSystem) -> None:
    text = as_text(batch_message(batch_part(autologous(world), product_code="NOBODY-KNOWS")))

    ebr.post("batches/", text)

    assert RefusedAttempt.objects.latest("id").subject["body"] == text


@pytest.mark.urs("URS-14", "URS-117")
def test_refuses_a_batch_of_a_program_the_sender_does_not_work_on(world: World) -> None:
    stranger = other_system(world, "stranger", [])
    before = counts()

    response = stranger.post("batches/", batch_message(batch_part(autologous(world))))

    assert response.status_code == 403
    assert codes(response) == {"OUTSIDE_PROGRAM"}
    assert counts() == before


@pytest.mark.urs("URS-117")
def test_tells_a_stranger_nothing_about_a_message_it_repeats(
    world: World, ebr: OtherSystem
) -> None:
    text = as_text(batch_message(batch_part(autologous(world))))
    ebr.post("batches/", text)

    response = other_system(world, "stranger", []).post("batches/", text)

    assert response.status_code == 403


@pytest.mark.urs("URS-11", "URS-27")
def test_refuses_a_deactivated_account(world: World, ebr: OtherSystem) -> None:
    deactivate_person(person_id=ebr.account.pk, intent=world.signs(world.admin))

    response = ebr.post("batches/", batch_message(batch_part(autologous(world))))

    assert response.status_code == 401
