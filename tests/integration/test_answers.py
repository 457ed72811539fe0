"""What other systems are told, and what they are not."""

import pytest
from django.test import Client

from custody.actions.relabel_vial import relabel_vial
from tests.factories.inventory import ProductFactory
from tests.integration.conftest import OtherSystem, other_system
from tests.world import NOON, World


@pytest.mark.urs("URS-103")
def test_says_where_a_vial_is_and_how_it_is_judged(world: World, ebr: OtherSystem) -> None:
    [vial] = world.released(1)

    answer = ebr.get(f"vials/{vial.code}").json()

    assert (answer["code"], answer["quality"], answer["custody"]) == (
        vial.code,
        "released",
        "in_storage",
    )
    assert "Box 1" in answer["place"]
    assert answer["verdict"] == "grey"
    assert "NO_TEMPERATURE" in {one["code"] for one in answer["findings"]}


def test_understands_every_spelling_a_scanner_delivers(world: World, ebr: OtherSystem) -> None:
    [vial] = world.stored(1)

    answer = ebr.get(f"vials/%5Dd1{vial.code}").json()

    assert answer["code"] == vial.code


@pytest.mark.urs("URS-85", "URS-88")
def test_shows_a_batch_and_a_therapy_with_all_their_vials(world: World, ebr: OtherSystem) -> None:
    vials = world.stored(3)
    batch = vials[0].batch
    assert batch.therapy is not None

    of_batch = ebr.get(f"batches/{batch.number}").json()
    of_therapy = ebr.get(f"therapies/{batch.therapy.coi}").json()

    codes = sorted(vial.code for vial in vials)
    assert [vial["code"] for vial in of_batch["vials"]] == codes
    assert [vial["code"] for vial in of_therapy["vials"]] == codes
    assert of_therapy["batches"] == [batch.number]


@pytest.mark.urs("URS-14", "URS-117")
def test_hides_every_record_of_another_program(world: World) -> None:
    [vial] = world.stored(1)
    assert vial.therapy is not None
    stranger = other_system(world, "stranger", [ProductFactory.create().program])

    answers = [
        stranger.get(path)
        for path in (
            f"vials/{vial.code}",
            f"batches/{vial.batch.number}",
            f"therapies/{vial.therapy.coi}",
            "orders/unknown",
        )
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert {answer.json()["refusals"][0]["code"] for answer in answers} == {"NOT_FOUND"}


def test_refuses_a_code_it_cannot_read(world: World, ebr: OtherSystem) -> None:
    response = ebr.get("vials/VL-000001-9")

    assert response.status_code == 404
    assert response.json()["refusals"][0]["code"] == "CHECK_CHARACTER_WRONG"


@pytest.mark.urs("URS-87")
def test_finds_a_vial_by_the_code_it_had_before(world: World, ebr: OtherSystem) -> None:
    [vial] = world.received(1)
    old = vial.code
    relabel_vial(
        vial_id=vial.pk,
        new_code="A9999-26-777777",
        intent=world.signs(world.technician, world.witness),
        at=NOON,
    )

    answer = ebr.get(f"vials/{old}").json()

    assert (answer["asked_for"], answer["code"]) == (old, "A9999-26-777777")


def test_describes_itself_to_systems_and_to_people_who_are_signed_in(
    world: World, ebr: OtherSystem, client: Client
) -> None:
    client.force_login(world.inspector)

    documents = [ebr.get("openapi.json").json(), client.get("/api/v1/openapi.json").json()]

    assert documents[0] == documents[1]
    assert "BatchMessage" in documents[0]["components"]["schemas"]
    body = documents[0]["paths"]["/api/v1/batches/"]["post"]["requestBody"]
    assert body["content"]["application/json"]["schema"]["$ref"].endswith("BatchMessage")
    [container] = [
        schema
        for schema in documents[0]["components"]["schemas"].values()
        if {"barcode", "volume_ml"} <= set(schema.get("properties", {}))
    ]
    assert container["properties"]["volume_ml"]["type"] == "number"  # a text is refused
