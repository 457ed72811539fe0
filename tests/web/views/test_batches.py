"""Receiving on screen: the scan list, what does not belong, the sheet that two people sign."""

import pytest
from django.test import Client

from audit.models import RefusedAttempt
from custody.models import Outcome, Receipt
from inventory.models import Custody, Quality
from tests.factories.people import PASSWORD
from tests.world import World, fresh


@pytest.fixture
def bench(world: World, client: Client) -> Client:
    """Sign the technician in."""
    client.force_login(world.technician)
    return client


def findings(world: World, **fields: object) -> dict[str, object]:
    """Fill in an inspection without a finding, signed by two people."""
    return {
        "counted": 2,
        "seal_number": "8812",
        "seal_intact": "yes",
        "labels_legible": "yes",
        "arrival_celsius": "-171.5",
        "condition": "",
        "outcome": Outcome.ACCEPTED.value,
        "user_id": world.technician.user_id,
        "password": PASSWORD,
        "second_user_id": world.witness.user_id,
        "second_password": PASSWORD,
        "reason": "Delivery from manufacturing",
        **fields,
    }


@pytest.mark.urs("URS-95", "URS-96", "URS-31")
def test_receives_what_was_scanned(world: World, bench: Client) -> None:
    vials = world.expected(3)
    url = f"/batches/{vials[0].batch_id}/"
    assert "Expected" in bench.get("/batches/").content.decode()
    for vial in vials[:2]:
        assert bench.post(f"{url}receive/", {"code": vial.code}).status_code == 200
    assert "Scanned: 2 of 3" in bench.get(f"{url}receive/").content.decode()

    answer = bench.post(f"{url}inspect/", findings(world))

    assert answer.status_code == 302, answer.content.decode()
    states = [(vial.custody, vial.quality) for vial in fresh(vials)]
    assert states == [
        (Custody.RECEIVED, Quality.QUARANTINE),
        (Custody.RECEIVED, Quality.QUARANTINE),
        (Custody.NOT_RECEIVED, Quality.EXPECTED),
    ]
    page = bench.get(url).content.decode()
    assert "Partly received" in page
    assert "8812, intact" in page
    assert page.count("signature-name") == 2
    assert "Scanned: 0 of 1" in bench.get(f"{url}receive/").content.decode()


@pytest.mark.urs("URS-29")
def test_stops_at_a_container_of_another_batch_and_keeps_the_attempt(
    world: World, bench: Client
) -> None:
    vial, other = world.expected()[0], world.expected()[0]

    answer = bench.post(
        f"/batches/{vial.batch_id}/receive/", {"code": other.code}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'data-refusal="OTHER_BATCH"' in page
    assert "<html" not in page
    kept = RefusedAttempt.objects.get()
    assert kept.subject == {"batch": vial.batch.number, "scanned": other.code}


@pytest.mark.parametrize(
    ("code", "refusal"),
    [("NOBODY-KNOWS-ME", "UNKNOWN_CODE"), ("  ", "code"), ("A999926000123Z", "CHECK")],
)
def test_says_why_a_scan_is_no_container(
    world: World, bench: Client, code: str, refusal: str
) -> None:
    vial = world.expected()[0]

    answer = bench.post(f"/batches/{vial.batch_id}/receive/", {"code": code})

    assert answer.status_code in {200, 409}
    assert not bench.session.get("receiving")


def test_refuses_a_second_scan_of_one_container(world: World, bench: Client) -> None:
    vial = world.expected(2)[0]
    url = f"/batches/{vial.batch_id}/receive/"
    bench.post(url, {"code": vial.code})

    answer = bench.post(url, {"code": vial.code})

    assert answer.status_code == 409
    assert "SCANNED_ALREADY" in answer.content.decode()


def test_refuses_a_count_that_differs_and_keeps_what_was_entered(
    world: World, bench: Client
) -> None:
    vials = world.expected(2)
    url = f"/batches/{vials[0].batch_id}/"
    bench.post(f"{url}receive/", {"code": vials[0].code})

    answer = bench.post(f"{url}inspect/", findings(world, counted=2, seal_number="S-17"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'data-refusal="COUNT_DIFFERS"' in page
    assert 'value="S-17"' in page
    assert PASSWORD not in page
    assert not Receipt.objects.exists()


def test_insists_on_every_finding(world: World, bench: Client) -> None:
    vial = world.expected()[0]
    url = f"/batches/{vial.batch_id}/"
    bench.post(f"{url}receive/", {"code": vial.code})

    answer = bench.post(f"{url}inspect/", findings(world, seal_intact=""))

    assert answer.status_code == 422


def test_sends_somebody_with_an_empty_list_back_to_scanning(world: World, bench: Client) -> None:
    vial = world.expected()[0]

    answer = bench.get(f"/batches/{vial.batch_id}/inspect/")

    assert answer.headers["Location"] == f"/batches/{vial.batch_id}/receive/"


def test_starts_the_list_again(world: World, bench: Client) -> None:
    vial = world.expected(2)[0]
    url = f"/batches/{vial.batch_id}/"
    bench.post(f"{url}receive/", {"code": vial.code})

    bench.post(f"{url}start-again/")

    assert "Scanned: 0 of 2" in bench.get(f"{url}receive/").content.decode()
