"""Time out of storage on screen: taking a rack out, what is left before a pick, accepting more."""

from datetime import timedelta

import pytest

from custody.models import ExposureAcceptance, Lift
from inventory.models import Vial
from tests.browsing import Browser
from tests.custody.retrievals import claimed_retrieval
from tests.factories.people import PASSWORD
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def vial(world: World) -> Vial:
    """Return a vial in the box."""
    return world.stored()[0]


@pytest.mark.urs("URS-105", "URS-112")
def test_a_rack_is_taken_out_and_back_and_everybody_sees_its_clock(
    world: World, vial: Vial, client: Browser
) -> None:
    client.force_login(world.technician)
    rack = f"/storage/{world.rack.pk}/"

    assert client.post(f"{rack}lift/").status_code == 302
    again = client.post(f"{rack}lift/")
    assert again.status_code == 409
    assert "It is out already" in again.text
    client.force_login(world.witness)
    assert "Racks and boxes that are out" in client.get("/").text
    assert "data-clock" in client.get(f"/storage/{world.box.pk}/").text
    assert client.post(f"/storage/{world.box.pk}/back/").status_code == 302

    assert "Racks and boxes that are out" not in client.get("/").text
    assert Lift.objects.filter(container=world.box).count() == 3  # placed, taken out, back
    page = client.get(f"/vials/{vial.pk}/exposure/").text
    assert "with R1 from" in page
    assert "1 of 10" in page


@pytest.mark.urs("URS-105", "URS-112")
def test_quality_accepts_more_than_is_allowed_for_vials_of_a_batch(
    world: World, client: Browser
) -> None:
    first, second = world.stored(2)
    client.force_login(world.qa)
    address = f"/vials/{first.pk}/exposure/accept/"
    assert second.code in client.get(address).text

    answer = client.post(
        address,
        {
            "vials": [first.pk, second.pk],
            "most": 20,
            "longest_single": "10",
            "longest_total": "60",
            "reasoning": "Study 7",
            "user_id": world.qa.user_id,
            "password": PASSWORD,
            "reason": "Accepted",
        },
    )

    assert answer.status_code == 302, answer.text
    assert ExposureAcceptance.objects.filter(longest_single=timedelta(minutes=10)).count() == 2
    page = client.get(f"/vials/{second.pk}/exposure/").text
    assert "Up to 20 times" in page
    assert "Study 7" in page


@pytest.mark.urs("URS-112")
def test_what_is_left_is_shown_before_a_pick(world: World, client: Browser) -> None:
    retrieval, _ = claimed_retrieval(world)
    client.force_login(world.technician)

    page = client.get(f"/retrievals/{retrieval.pk}/pick/").text

    assert "10 times, 2 min at once, 30 min in all" in page


@pytest.mark.urs("URS-104", "URS-112")
def test_quality_sets_a_carrier_which_is_then_offered(
    world: World, vial: Vial, client: Browser
) -> None:
    client.force_login(world.qa)
    assert "on the open bench" in client.get("/configure/carriers/").text
    answer = client.post(
        "/configure/carriers/set/",
        {
            "name": "Cart 2",
            "kind": "ln2_cart",
            "storage_class": "",
            "cold_for": "60",
            "qualification": "PQ-17",
            "is_in_use": "on",
            "user_id": world.qa.user_id,
            "password": PASSWORD,
            "reason": "Qualified",
        },
    )
    assert answer.status_code == 302, answer.text
    assert "PQ-17" in client.get("/configure/carriers/").text

    client.force_login(world.technician)

    assert "Cart 2 (LN2 cart)" in client.get(f"/vials/{vial.pk}/check-out/").text
    scanned = client.get("/scan/", {"code": vial.code}).text
    assert "10 times, 2 min at once, 30 min in all" in scanned
