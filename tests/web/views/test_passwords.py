"""One's own password on screen, the secret that leads there, and the site's rules."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions.change_password import change_password
from accounts.actions.reset_password import reset_password
from accounts.models import AccessEvent, AccessRules, Person
from tests.factories.people import PASSWORD
from tests.world import World

PAGE = "/accounts/password/"
DOOR = "/accounts/sign-in/"
NEW = "icy-winter-morning-7"
CHOSEN = {"new": NEW, "again": NEW}


def come_in(user_id: str, password: str) -> Client:
    """Sign somebody in as they do it."""
    client = Client()
    client.post(DOOR, {"username": user_id, "password": password})
    return client


def is_in(client: Client) -> bool:
    """Say whether a session is somebody's."""
    return "_auth_user_id" in client.session


@pytest.mark.urs("URS-66")
def test_takes_the_present_one_and_a_good_new_one_and_ends_other_sessions(world: World) -> None:
    desk, other = (come_in(world.qa.user_id, PASSWORD) for _ in range(2))

    wrong = desk.post(PAGE, {"present": "not it", **CHOSEN})
    unlike = desk.post(PAGE, {"present": PASSWORD, "new": NEW, "again": "other"})
    used = desk.post(PAGE, {"present": PASSWORD, "new": PASSWORD, "again": PASSWORD})
    done = desk.post(PAGE, {"present": PASSWORD, **CHOSEN})

    assert [each.status_code for each in (wrong, unlike, used, done)] == [422, 422, 409, 302]
    assert "You had this password before" in used.content.decode()
    assert AccessEvent.objects.filter(kind="failed", purpose="change").count() == 1
    assert desk.get("/").status_code == 200
    assert other.get("/").status_code == 302
    assert is_in(come_in(world.qa.user_id, NEW))


@pytest.mark.urs("URS-58")
def test_a_temporary_one_leads_to_the_choice_of_another_and_nowhere_else(world: World) -> None:
    secret = reset_password(person_id=world.qa.pk, intent=world.signs(world.admin))

    desk = come_in(world.qa.user_id, secret)
    again = come_in(world.qa.user_id, secret)

    assert not is_in(again), "it is good for one sign-in"
    assert desk.get("/vials/1/").headers["Location"] == PAGE
    assert desk.get("/scan/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == PAGE
    assert desk.post("/quality/holds/new/", {"subject": "x"}).headers["Location"] == PAGE
    assert desk.get(PAGE).status_code == 200
    assert desk.post(PAGE, CHOSEN).status_code == 302
    assert desk.get("/").status_code == 200


@pytest.mark.urs("URS-66")
@pytest.mark.parametrize(
    ("age", "is_held", "is_told"), [(340, False, False), (355, False, True), (366, True, False)]
)
def test_an_old_one_is_told_of_and_then_leads_to_the_choice_of_another(
    world: World, age: int, is_held: bool, is_told: bool
) -> None:
    change_password(
        person_id=world.qa.pk,
        password=NEW,
        attribution=world.says(world.qa),
        at=timezone.now() - timedelta(days=age),
    )

    answer = come_in(world.qa.user_id, NEW).get("/")

    assert (answer.status_code == 302) is is_held
    assert ("Your password expires in" in answer.content.decode()) is is_told


@pytest.mark.urs("URS-58")
def test_an_administrator_resets_and_sees_the_secret_once(world: World, client: Client) -> None:
    client.force_login(world.admin)
    url = f"/configure/people/{world.qa.pk}/password/"
    signed = {"user_id": world.admin.user_id, "password": PASSWORD, "reason": "They called"}

    answer = client.post(url, signed)

    assert "It is never shown again" in answer.content.decode()
    assert Person.objects.get(pk=world.qa.pk).password_is_temporary


@pytest.mark.urs("URS-66")
def test_rules_of_access_are_set_on_a_signed_sheet(world: World, client: Client) -> None:
    client.force_login(world.admin)
    assert "Nothing was set yet" in client.get("/configure/access/").content.decode()
    limits: dict[str, object] = {"password_days": 180, "password_history": 12}
    limits |= {"password_length": 14, "second_factor": "everybody", "review_days": 90}
    limits |= {"emergency_minutes": 30, "token_test_days": 365}
    signed = {"user_id": world.admin.user_id, "password": PASSWORD, "reason": "Policy 3"}

    too_loose = client.post("/configure/access/set/", {**signed, **limits, "idle_minutes": 999})
    done = client.post(
        "/configure/access/set/", {**signed, **limits, "idle_minutes": 10, "failures": 4}
    )

    assert (too_loose.status_code, done.status_code) == (422, 302)
    assert AccessRules.objects.get().idle_minutes == 10
    assert "Version 1" in client.get("/configure/access/").content.decode()
