"""Coming in and going out on screen: what is answered, and what the access log shows of it."""

import pytest
from django.test import Client

from accounts.access_rules import Limits
from accounts.models import AccessEvent, AccessKind
from tests.accounts.doors import fail
from tests.factories.people import PASSWORD
from tests.world import World

DOOR = "/accounts/sign-in/"
MOST_FAILURES = Limits().failures


def come_in(client: Client, user_id: str, password: str = PASSWORD) -> tuple[int, str]:
    """Try to sign in; return the status and the page."""
    answer = client.post(DOOR, {"username": user_id, "password": password})
    return answer.status_code, answer.content.decode()


@pytest.mark.urs("URS-20")
def test_keeps_who_came_and_went_from_where(world: World, client: Client) -> None:
    assert come_in(client, world.qa.user_id.upper())[0] == 302
    client.post("/accounts/sign-out/")

    came, went = AccessEvent.objects.order_by("id")
    assert (came.kind, went.kind) == (AccessKind.SIGNED_IN, AccessKind.SIGNED_OUT)
    assert (came.person, came.role, came.address) == (world.qa, "qa", "127.0.0.1")


@pytest.mark.urs("URS-68")
def test_a_locked_account_gets_clear_words_whoever_has_it(world: World, client: Client) -> None:
    for user_id in (world.qa.user_id, "nobody.at.all"):
        answers = [come_in(client, user_id, "wrong") for _ in range(MOST_FAILURES + 1)]

        assert {status for status, _ in answers} == {422}
        assert ["it is locked" in page for _, page in answers] == [False] * 4 + [True] * 2
    status, page = come_in(client, world.qa.user_id)
    assert (status, "it is locked" in page) == (422, True)


@pytest.mark.urs("URS-20")
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, True),
        ({"person": "QA.{site}"}, True),
        ({"person": "somebody.else"}, False),
        ({"kind": "failed"}, True),
        ({"kind": "signed_out"}, False),
        ({"since": "2020-01-01", "until": "2099-01-01"}, True),
        ({"until": "2020-01-01"}, False),
    ],
)
def test_finds_entries_by_account_kind_and_day(
    world: World, client: Client, query: dict[str, str], shown: bool
) -> None:
    fail(world.qa.user_id)
    client.force_login(world.inspector)
    asked = {name: text.format(site=world.site.code) for name, text in query.items()}

    page = client.get("/audit/access/", asked)
    copy = client.get("/audit/access/", {**asked, "format": "csv"})

    assert ("192.0.2.7" in page.content.decode()) is shown
    assert ("192.0.2.7" in b"".join(copy).decode()) is shown


@pytest.mark.urs("URS-68")
def test_an_administrator_unlocks_on_the_persons_page(world: World, client: Client) -> None:
    fail(world.qa.user_id, MOST_FAILURES)
    client.force_login(world.admin)
    url = f"/configure/people/{world.qa.pk}/"
    signed = {"user_id": world.admin.user_id, "password": PASSWORD, "reason": "Call 12"}
    assert "locked after failures" in client.get(url).content.decode()

    without_note = client.post(f"{url}unlock/", signed)
    with_note = client.post(f"{url}unlock/", {**signed, "ruled_out": "They had a new keyboard"})

    assert (without_note.status_code, with_note.status_code) == (422, 302)
    assert "locked after failures" not in client.get(url).content.decode()
    assert "They had a new keyboard" in client.get("/audit/access/").content.decode()
