"""The therapy page answers for every vial of a patient's treatment, at a constant cost."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from custody.models import CustodyEvent, EventKind
from inventory.models import Vial
from tests.custody.test_chain import tamper
from tests.factories.people import PersonFactory
from tests.world import World

NumQueries = Callable[[int], AbstractContextManager[object]]


def page_of(client: Client, vial: Vial) -> str:
    """Return the page of the therapy of a vial."""
    assert vial.therapy is not None
    response = client.get(f"/therapies/{vial.therapy.coi}/")
    assert response.status_code == 200
    return response.text


@pytest.mark.urs("URS-90")
def test_says_where_everything_is_and_why(world: World, client: Client) -> None:
    batch = world.batch()
    vials = world.released(3, batch)
    world.expected(1, batch)
    client.force_login(world.qa)

    page = page_of(client, vials[0])

    assert "LN2-01 › R1 › Box 1 · 3 vials" in page
    assert "A1, A2, A3" in page
    assert "had no thermometer on record" in page
    assert "Released (3)" in page
    for vial in vials:
        assert f"/vials/{vial.pk}/" in page


def test_costs_the_same_for_any_number_of_vials(
    world: World, client: Client, django_assert_num_queries: NumQueries
) -> None:
    client.force_login(world.qa)
    client.get("/sites/")
    few, many = world.released(2, world.batch()), world.released(9, world.batch())
    with CaptureQueriesContext(connection) as asked:
        page_of(client, few[0])

    with django_assert_num_queries(len(asked)):
        page_of(client, many[0])
    # the last three: how cold all were kept, whether what was signed is still that, and until
    # when the record is kept
    assert len(asked) == 15


def test_offers_the_dossier_and_the_hold(world: World, client: Client) -> None:
    vial = world.stored()[0]
    client.force_login(world.qa)
    assert vial.therapy is not None

    page = page_of(client, vial)

    assert f"/reports/?coi={vial.therapy.coi}" in page
    assert f"subject={vial.therapy.coi}" in page


def stations(page: str) -> list[tuple[str, bool]]:
    """Return the labels of the chain's dots, each with whether a break is drawn before it."""
    line = page.split('<ol class="chain">')[1].split("</ol>")[0]
    dots = line.split("<li ")[1:]
    return [
        (re.sub("<[^>]+>", "", dot.split("chain-label")[1].split(">", 1)[1]).split("(")[0].strip(),
         "chain-broken" in dot)
        for dot in dots
    ]  # fmt: skip


def test_draws_a_break_at_the_station_whose_entry_does_not_verify(
    world: World, client: Client
) -> None:
    [vial] = world.checked_out(world.released(1))
    placed = CustodyEvent.objects.get(vial=vial, kind=EventKind.PLACED)
    tamper("UPDATE custody_custodyevent SET reason = 'other' WHERE id = %s", placed.pk)
    client.force_login(world.qa)

    page = page_of(client, vial)

    assert [label for label, is_broken in stations(page) if is_broken] == ["Stored"]
    assert "the record does not verify" in page


def test_draws_a_break_at_the_end_when_the_record_differs_from_its_last_entry(
    world: World, client: Client
) -> None:
    [vial] = world.checked_out(world.released(1))
    tamper("UPDATE inventory_vial SET quality = 'quarantine' WHERE id = %s", vial.pk)
    client.force_login(world.qa)

    page = page_of(client, vial)

    assert [label for label, is_broken in stations(page) if is_broken] == ["Checked out"]
    assert "custody gap" in page


@pytest.mark.urs("URS-117")
def test_does_not_exist_for_people_of_another_program(world: World, client: Client) -> None:
    vial = world.stored()[0]
    assert vial.therapy is not None
    client.force_login(PersonFactory.create(sites=[world.site]))

    response = client.get(f"/therapies/{vial.therapy.coi}/")

    assert response.status_code == 404
    assert vial.therapy.patient.pseudonym not in response.text
    assert vial.therapy.coi not in client.get("/therapies/").text


def test_lists_the_therapies_with_their_counts(world: World, client: Client) -> None:
    vials = world.stored(2, world.batch())
    assert vials[0].therapy is not None
    client.force_login(world.inspector)

    page = client.get("/therapies/").text
    others = client.get("/therapies/", {"product": "NO-SUCH"}).text

    assert f"/therapies/{vials[0].therapy.coi}/" in page
    assert "No therapies here" in others
