"""Security keys: enrolled and removed by their person, asked for at sign-in, reset by another."""

from dataclasses import replace

import pytest
from django.test import Client

from accounts.access_rules import Limits, Memory
from accounts.actions.enrol_security_key import enrol_security_key
from accounts.actions.remove_security_key import remove_security_key
from accounts.actions.reset_second_factor import reset_second_factor
from accounts.models import AccessEvent, Person, SecurityKey
from accounts.security_keys import NewKey
from audit.errors import NotAuthorised
from tests.factories.people import PASSWORD
from tests.inventory.actions.evidence import assert_signed_and_kept, refused
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-21")
CODE, KEYS = "/accounts/code/", "/accounts/keys/"
KEY = NewKey(credential="YSBrZXk", public_key="bm90aGluZw", count=0)


def enrolled(world: World, person: Person, key: NewKey | None = KEY) -> SecurityKey:
    """Enrol a key that never answers anything."""
    return enrol_security_key(
        person_id=person.pk, name=" Blue ", key=key, attribution=world.says(person), at=NOON
    )


def come_in(person: Person) -> Client:
    """Give user id and password."""
    client = Client()
    client.post("/accounts/sign-in/", {"username": person.user_id, "password": PASSWORD})
    return client


def test_a_sign_in_asks_for_the_key_and_counts_a_wrong_answer(world: World) -> None:
    enrolled(world, world.qa)
    desk = come_in(world.qa)

    held = desk.get("/")
    page = desk.get(CODE)
    wrong = [desk.post(CODE, {"answer": answer}) for answer in ("", "{}", '{"id": "YSBrZXk"}')]

    assert held.headers["Location"] == CODE
    assert 'data-security-key="get"' in page.text
    assert "YSBrZXk" in page.text
    assert "Enter the code that your app" not in page.text
    assert {answer.status_code for answer in wrong} == {422}
    assert "No key of yours answered" in wrong[0].text
    assert AccessEvent.objects.filter(person=world.qa, kind="failed").count() == 3
    assert desk.get("/").status_code == 302


def test_a_key_is_enrolled_once_and_by_its_own_person(world: World) -> None:
    row = enrolled(world, world.qa)

    with refused("KEY_TAKEN"):
        enrolled(world, world.qa2)
    with refused("KEY_NOT_PROVEN"):
        enrolled(world, world.qa2, None)
    with refused("OTHER_ACCOUNT", by=NotAuthorised):
        enrol_security_key(
            person_id=world.qa.pk, name="x", key=KEY, attribution=world.says(world.qa2), at=NOON
        )
    with refused("UNKNOWN_KEY"):
        remove_security_key(
            person_id=world.qa2.pk, key_id=row.pk, attribution=world.says(world.qa2), at=NOON
        )
    kept = SecurityKey.history.get(person=world.qa)
    assert (row.name, kept.change.action) == ("Blue", "enrol_security_key")


def test_a_removed_key_is_asked_for_no_more(world: World, client: Client) -> None:
    row = enrolled(world, world.qa)
    client.force_login(world.qa)

    assert "Remove Blue" in client.get(KEYS).text
    nothing = client.post(KEYS, {"name": "Green", "answer": "{}"})
    removed = client.post(KEYS, {"remove": row.pk})

    assert (nothing.status_code, removed.status_code) == (409, 302)
    assert "Remove Blue" not in client.get(KEYS).text
    assert come_in(world.qa).get("/").status_code == 200


def test_an_administrator_resets_every_key(world: World) -> None:
    row = enrolled(world, world.qa)

    reset_second_factor(person_id=world.qa.pk, intent=world.signs(world.admin), at=NOON)

    row.refresh_from_db()
    assert row.removed_at == NOON
    assert_signed_and_kept(row, action="reset_second_factor")
    assert come_in(world.qa).get("/").status_code == 200


def test_who_must_enrol_may_enrol_a_key_instead(world: World, known_limits: Memory) -> None:
    known_limits.limits = replace(Limits(), second_factor="everybody")
    desk = come_in(world.qa)

    assert desk.get("/storage/").headers["Location"] == "/accounts/second-factor/"
    assert KEYS in desk.get("/accounts/second-factor/").text
    assert desk.get(KEYS).status_code == 200
