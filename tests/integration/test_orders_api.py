"""Orders of the scheduling system arriving at the machine door."""

from typing import Any

import pytest

from custody.models import Retrieval, RetrievalStatus
from inventory.models import Message, Therapy
from tests.integration.conftest import OtherSystem
from tests.integration.messages import as_text, order_message, order_part
from tests.world import World


def therapy_of(world: World) -> Therapy:
    """Return a therapy whose vials are released."""
    [vial] = world.released(1)
    assert vial.therapy is not None
    return vial.therapy


def order_for(therapy: Therapy, **changed: Any) -> dict[str, Any]:
    """Return a faultless order for one dose of this therapy."""
    named = {
        "chain_of_identity": therapy.coi,
        "patient": therapy.patient.pseudonym,
        "product_code": therapy.product.code,
    }
    return order_part(**(named | changed))


@pytest.mark.urs("URS-89")
def test_turns_each_order_into_a_retrieval(world: World, ebr: OtherSystem) -> None:
    therapy = therapy_of(world)
    orders = [order_for(therapy), order_for(therapy, purpose="backup", quantity=2)]

    response = ebr.post("orders/", order_message(*orders))

    assert response.status_code == 201
    rows = Retrieval.objects.order_by("pk")
    assert [row.order_number for row in rows] == [one["order_number"] for one in orders]
    assert {(row.therapy, row.status) for row in rows} == {(therapy, RetrievalStatus.REQUESTED)}


def test_changes_nothing_when_the_same_message_comes_again(world: World, ebr: OtherSystem) -> None:
    text = as_text(order_message(order_for(therapy_of(world))))

    statuses = [ebr.post("orders/", text).status_code for _ in range(2)]

    assert statuses == [201, 200]
    assert Retrieval.objects.count() == Message.objects.count() == 1


@pytest.mark.urs("URS-89")
def test_refuses_an_order_whose_patient_is_not_the_therapys(world: World, ebr: OtherSystem) -> None:
    therapy = therapy_of(world)

    response = ebr.post("orders/", order_message(order_for(therapy, patient="PT-OTHER")))

    assert response.status_code == 409
    assert [one["code"] for one in response.json()["refusals"]] == ["WRONG_PATIENT"]
    assert not Retrieval.objects.exists()


def test_refuses_malformed_fields_with_every_fault(world: World, ebr: OtherSystem) -> None:
    order = order_for(
        therapy_of(world), quantity=1.5, needed_by="tomorrow", chain_of_identity="CHA", purpose="x"
    )

    response = ebr.post("orders/", order_message(order, message_id=""))

    assert response.status_code == 422
    assert {one["where"] for one in response.json()["refusals"]} == {
        "orders[0].quantity",
        "orders[0].needed_by",
        "orders[0].chain_of_identity",
        "orders[0].purpose",
        "message_id",
    }


@pytest.mark.urs("URS-117")
def test_shows_an_order_only_to_systems_of_its_program(world: World, ebr: OtherSystem) -> None:
    therapy = therapy_of(world)
    order = order_for(therapy)
    ebr.post("orders/", order_message(order))

    answer = ebr.get(f"orders/{order['order_number']}").json()

    assert (answer["status"], answer["vials"]) == ("requested", [])
    assert answer["pick_list"].startswith("PL-")
