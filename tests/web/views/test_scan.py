"""Scanning anything shows what it is; what somebody may not see does not exist for them."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from custody.actions.relabel_vial import relabel_vial
from inventory.codes.own import OwnKind, new_code
from inventory.models import IdentifierKind, Vial
from tests.factories.inventory import IdentifierFactory
from tests.factories.people import PersonFactory
from tests.world import NOON, World

NumQueries = Callable[[int], AbstractContextManager[object]]


@pytest.fixture
def technician(world: World, client: Client) -> Client:
    """Return the browser of a technician whose site is known to the session."""
    client.force_login(world.technician)
    client.get("/sites/")
    return client


def scanned(client: Client, code: str) -> str:
    """Return the page of a scan."""
    response = client.get("/scan/", {"code": code})
    assert response.status_code == 200
    return response.text


@pytest.mark.urs("URS-90")
def test_shows_the_card_of_a_vial_with_what_may_be_done(world: World, technician: Client) -> None:
    vial = world.released()[0]

    page = scanned(technician, vial.code)

    assert "LN2-01 › R1 › Box 1 › A1" in page
    assert f"/vials/{vial.pk}/check-out/" in page
    assert f"/vials/{vial.pk}/move/" in page


def test_costs_six_queries(
    world: World, technician: Client, django_assert_num_queries: NumQueries
) -> None:
    vial = world.released()[0]

    with django_assert_num_queries(6):
        scanned(technician, vial.code)


@pytest.mark.parametrize("what", ["box", "tank", "coi", "batch"])
def test_costs_no_more_than_six_queries_for_anything_with_a_label(
    what: str,
    world: World,
    technician: Client,
    django_assert_max_num_queries: NumQueries,
) -> None:
    vial = world.stored()[0]
    assert vial.therapy is not None
    IdentifierFactory.create(
        code=vial.therapy.coi, kind=IdentifierKind.THERAPY, therapy=vial.therapy
    )
    IdentifierFactory.create(code=vial.batch.number, kind=IdentifierKind.BATCH, batch=vial.batch)
    codes = {
        "box": world.box.code,
        "tank": world.tank.code,
        "coi": vial.therapy.coi,
        "batch": vial.batch.number,
    }

    with django_assert_max_num_queries(6):
        scanned(technician, codes[what])


def test_htmx_gets_only_the_result(world: World, technician: Client) -> None:
    vial = world.stored()[0]
    address = f"/scan/?code={vial.code}"

    page = technician.get(address).text
    fragment = technician.get(address, headers={"HX-Request": "true"}).text

    assert "<html" not in fragment
    assert "card-title" in fragment
    assert fragment.count("<article") == page.count("<article")


def test_shows_a_box_its_place_and_its_free_places(world: World, technician: Client) -> None:
    world.stored(2)

    page = scanned(technician, world.box.code)

    assert "2 taken, 79 free of 81" in page
    assert f"/storage/{world.box.pk}/" in page


def test_shows_a_place_in_a_box(world: World, technician: Client) -> None:
    vial = world.stored()[0]

    page = scanned(technician, f"{world.box.code}/A1")

    assert f"Open {vial.code}" in page


def test_shows_a_therapy_by_its_chain_of_identity(world: World, technician: Client) -> None:
    vial = world.stored()[0]
    assert vial.therapy is not None

    page = scanned(technician, vial.therapy.coi)

    assert "1 in storage" in page
    assert vial.therapy.patient.pseudonym in page


def test_finds_a_patient_by_pseudonym(world: World, technician: Client) -> None:
    vial = world.stored()[0]
    assert vial.therapy is not None

    page = scanned(technician, vial.therapy.patient.pseudonym)

    assert f"/therapies/{vial.therapy.coi}/" in page


def test_finds_a_container_by_words(world: World, technician: Client) -> None:
    page = scanned(technician, "ln2-01 box 1")

    assert f"/storage/{world.box.pk}/" in page


def test_lists_what_begins_with_the_same_characters(world: World, technician: Client) -> None:
    vials = world.stored(3)

    page = scanned(technician, vials[0].code[:9])

    assert "Several things match" in page
    for vial in vials:
        assert f"/vials/{vial.pk}/" in page


@pytest.mark.urs("URS-87")
def test_leads_from_an_old_label_to_the_new_one(world: World, technician: Client) -> None:
    vial = world.stored()[0]
    new = new_code(OwnKind.VIAL, 77)
    relabel_vial(
        vial_id=vial.pk, new_code=new, intent=world.signs(world.technician, world.witness), at=NOON
    )

    page = scanned(technician, vial.code)

    assert f"The label {vial.code} was replaced: it is {new} now." in page


def test_shows_look_alikes_of_a_code_that_nothing_has(world: World, technician: Client) -> None:
    vial = world.stored()[0]
    wrong = vial.code[:-1] + ("7" if vial.code[-1] != "7" else "8")
    assert not Vial.objects.filter(code=wrong).exists()

    page = scanned(technician, wrong)

    assert "Nothing has this code" in page
    assert "One character away" in page
    assert f"/vials/{vial.pk}/" in page


@pytest.mark.urs("URS-04")
def test_says_why_a_scan_cannot_be_read(world: World, technician: Client) -> None:
    wrong = world.box.code[:-1] + ("A" if world.box.code[-1] != "A" else "B")

    page = scanned(technician, wrong)

    assert "has a typing mistake" in page
    assert f"/storage/{world.box.pk}/" in page


@pytest.mark.urs("URS-117")
def test_shows_strangers_neither_hits_nor_look_alikes(world: World, client: Client) -> None:
    vial = world.stored()[0]
    assert vial.therapy is not None
    client.force_login(PersonFactory.create())
    codes = [
        vial.code,
        vial.code[:9],
        vial.code[:-1] + "Z",
        vial.therapy.coi,
        vial.therapy.patient.pseudonym,
        vial.batch.number,
        vial.batch.donation_number,
        world.box.code,
        f"{world.box.code}/A1",
        "LN2-01",
    ]

    for code in codes:
        page = scanned(client, code)
        assert "Nothing has this code" in page
        assert f"/vials/{vial.pk}/" not in page
        assert "/therapies/CH" not in page
        assert "/storage/" not in page.replace('href="/storage/"', "")


def test_masks_what_another_program_keeps_in_a_place(world: World, client: Client) -> None:
    vial = world.stored()[0]
    client.force_login(PersonFactory.create(sites=[world.site]))

    page = scanned(client, f"{world.box.code}/A1")

    assert "taken by another program" in page
    assert vial.code not in page
