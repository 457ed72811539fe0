"""Accounts on screen: opened, given roles and scopes, closed; tokens issued and revoked."""

import re

import pytest
from django.test import Client

from accounts.models import AccessRequest, Person, ServiceToken
from accounts.roles import Role
from tests.browsing import Browser
from tests.factories.people import PASSWORD, PersonFactory
from tests.world import World


@pytest.fixture
def desk(world: World, client: Client) -> Client:
    """Sign the administrator in."""
    client.force_login(world.admin)
    return client


def signed(world: World, **fields: object) -> dict[str, object]:
    """Fill in what the administrator enters to sign."""
    who = {"user_id": world.admin.user_id, "password": PASSWORD, "reason": "Request 12"}
    return {**who, **fields}


def new_person(**fields: object) -> dict[str, object]:
    """Describe an account to open."""
    described = {
        "new_user_id": "new.person",
        "full_name": "New Person",
        "roles": [Role.TECHNICIAN.value],
    }
    return {**described, **fields}


@pytest.mark.urs("URS-58")
def test_opens_an_account_and_tells_its_secret_once(desk: Client, world: World) -> None:
    answer = desk.post("/configure/people/add/", signed(world, **new_person()))

    person = Person.objects.get(user_id="new.person")
    assert person.role_names() == ()
    assert AccessRequest.objects.get(person=person).role == Role.TECHNICIAN
    assert person.password_is_temporary
    secrets = re.findall(r"[a-z0-9]{5}(?:-[a-z0-9]{5}){3}", answer.content.decode())
    assert [person.check_password(secret) for secret in secrets] == [True]


def test_refuses_an_id_that_is_taken(desk: Client, world: World) -> None:
    fields = new_person(new_user_id=world.qa.user_id.upper())

    answer = desk.post("/configure/people/add/", signed(world, **fields))

    assert answer.status_code == 409


def test_gives_and_takes_roles_and_scopes(desk: Client, world: World) -> None:
    person = PersonFactory.create()
    url, scope = f"/configure/people/{person.pk}/", f"program:{world.program.pk}"

    def post(path: str, **fields: object) -> None:
        answer = desk.post(url + path, signed(world, **fields))
        assert answer.status_code == 302, answer.content.decode()

    post("roles/give/", role=Role.QA.value)
    post("scopes/open/", scope=scope, right="work")
    assert "Waits for approval" in desk.get(url).content.decode()
    decide_as_quality(world)
    page = desk.get(url).content.decode()
    assert world.program.code in page
    post("roles/take/", role=Role.QA.value)
    post("scopes/close/", scope=scope, right="work")

    assert Person.objects.get(pk=person.pk).role_names() == ()


def decide_as_quality(world: World) -> None:
    """Sign quality in, and have them approve what waits."""
    quality = Browser()
    quality.force_login(world.qa)
    assert "Access to approve" in quality.get("/").text
    who = {"user_id": world.qa.user_id, "password": PASSWORD, "reason": "Trained"}
    for asked in AccessRequest.objects.filter(status="requested"):
        address = f"/configure/requests/{asked.pk}/approve/"
        assert address in quality.get("/configure/requests/").text
        assert "Request 12" in quality.get(address).text
        assert quality.post(address, who).status_code == 302
    assert "Trained" in quality.get("/configure/requests/").text


@pytest.mark.urs("URS-16")
def test_rejects_a_request_and_offers_it_to_nobody_who_asked(desk: Client, world: World) -> None:
    assert "Nobody asked for access yet" in desk.get("/configure/requests/").text
    person = PersonFactory.create()
    fields = signed(world, role=Role.QA.value)
    assert desk.post(f"/configure/people/{person.pk}/roles/give/", fields).status_code == 302
    asked = AccessRequest.objects.get()
    address = f"/configure/requests/{asked.pk}/reject/"
    assert address not in desk.get("/configure/requests/").text
    assert desk.post(address, signed(world)).status_code == 409

    quality = Browser()
    quality.force_login(world.qa)
    who = {"user_id": world.qa.user_id, "password": PASSWORD, "reason": "Not qualified yet"}
    assert quality.post(address, who).status_code == 302

    asked.refresh_from_db()
    assert (asked.status, asked.decided_by) == ("rejected", world.qa)
    assert Person.objects.get(pk=person.pk).role_names() == ()
    assert desk.get("/configure/requests/999999/approve/").status_code == 404


def test_closes_an_account(desk: Client, world: World) -> None:
    answer = desk.post(f"/configure/people/{world.witness.pk}/close/", signed(world))

    assert answer.status_code == 302, answer.content.decode()
    world.witness.refresh_from_db()
    assert not world.witness.is_active


def test_issues_a_token_once_and_revokes_it(desk: Client, world: World) -> None:
    service = PersonFactory.create(roles=[Role.SERVICE])

    answer = desk.post(
        "/configure/tokens/issue/", signed(world, account=service.pk, name="Batch records")
    )

    assert answer.status_code == 200, answer.content.decode()
    token = ServiceToken.objects.get()
    answer = desk.post(f"/configure/tokens/{token.pk}/revoke/", signed(world))
    assert answer.status_code == 302, answer.content.decode()


def test_nobody_else_changes_accounts(world: World, client: Client) -> None:
    client.force_login(world.qa)
    url = f"/configure/people/{world.witness.pk}/"

    assert client.get(url).status_code == 200
    for path in ("close/", "roles/give/", "scopes/open/"):
        assert client.get(url + path).status_code == 403
