"""The vial page answers first, proves it, and shows nothing to strangers."""

import pytest
from django.test import Client
from django.utils import timezone

from custody.actions.place_hold import place_hold
from custody.models import HoldScope
from tests.factories.people import PersonFactory
from tests.world import NOON, World


@pytest.mark.urs("URS-90")
def test_answers_where_it_is_and_whether_it_may_be_used(world: World, client: Client) -> None:
    vial = world.released()[0]
    client.force_login(world.technician)

    page = client.get(f"/vials/{vial.pk}/").text

    assert "LN2-01 › R1 › Box 1 › A1" in page
    assert "Unknown" in page
    assert "had no thermometer on record" in page
    assert vial.code[:-4] in page
    assert "Quality decided: Quarantine → Released" in page
    assert "each sealed to the one before it; verified now" in page


def test_asks_nine_queries(world: World, client: Client, django_assert_num_queries: object) -> None:
    vial = world.released(3)[0]
    place_hold(scope=HoldScope.VIALS, subject=vial.code, intent=world.signs(world.qa), at=NOON)
    client.force_login(world.technician)
    client.get("/sites/")

    with django_assert_num_queries(9):  # type: ignore[operator]  # pytest-django's fixture
        client.get(f"/vials/{vial.pk}/")


@pytest.mark.urs("URS-117")
@pytest.mark.parametrize("page", ["", "record/", "past/"])
def test_is_not_there_for_people_of_another_program(
    world: World, client: Client, page: str
) -> None:
    vial = world.stored()[0]
    client.force_login(PersonFactory.create(sites=[world.site]))

    response = client.get(f"/vials/{vial.pk}/{page}")

    assert response.status_code == 404
    assert vial.code not in response.text


def test_shows_every_version_and_signature(world: World, client: Client) -> None:
    vial = world.released()[0]
    client.force_login(world.inspector)

    page = client.get(f"/vials/{vial.pk}/record/").text

    assert "<del>Quarantine</del> → <ins>Released</ins>" in page
    assert "Release Example" in page
    assert "Changed since signed" not in page


def test_says_which_steps_are_open_and_why_others_are_not(world: World, client: Client) -> None:
    vial = world.stored()[0]
    client.force_login(world.technician)

    page = client.get(f"/vials/{vial.pk}/").text

    assert f"/vials/{vial.pk}/move/" in page
    assert "must be checked out before it is split" in page
    assert "QA must reject it first" in page


@pytest.mark.urs("URS-34", "URS-112", "URS-117")
def test_says_what_the_verdict_was_and_what_is_known_of_then_since(
    world: World, client: Client
) -> None:
    vial = world.released()[0]
    before = timezone.now()
    place_hold(scope=HoldScope.VIALS, subject=vial.code, intent=world.signs(world.qa), at=before)
    client.force_login(world.inspector)
    page = f"/vials/{vial.pk}/past/"

    asked = client.get(page).text
    then = client.get(page, {"at": before.isoformat()}).text
    now = client.get(page, {"at": timezone.now().isoformat()}).text
    never = client.get(page, {"at": "2020-01-01 10:00"}).text
    ahead = client.get(page, {"at": "2099-01-01 10:00"})

    assert "Show the verdict as of then" in asked
    assert "What was known then" not in asked
    assert "Quarantine → Released, by Release Example" in asked
    assert "What was known then" in then
    assert "What is known of then today" in then
    assert ("Not on hold" in then, "Not on hold" in now) == (True, False)
    assert then.count("On hold:") < now.count("On hold:")
    assert "It was not on record by" in never
    assert ahead.status_code == 422
    assert "That has not happened yet" in ahead.text
