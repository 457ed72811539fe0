"""Signing in at the identity provider: linked people come in, everybody else is kept out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions.change_password import change_password
from accounts.actions.deactivate_person import deactivate_person
from accounts.actions.end_provider_link import end_provider_link
from accounts.actions.link_provider import link_provider
from accounts.actions.permit_provider import permit_provider
from accounts.actions.reset_password import reset_password
from accounts.lockout import is_locked
from accounts.models import AccessEvent, Person, ProviderLink
from audit.models import Change, RefusedAttempt
from audit.proofs import proven
from tests.accounts.doors import at_bench, fail
from tests.factories.people import PASSWORD
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.provider.people import (
    LEAVE,
    asked_for,
    comes_back,
    identity_of,
    linked,
    permitted,
    sign_in,
)
from tests.provider.process import CALLBACK, Provider
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-62")
LINK = "/accounts/provider/link/"
SIGN_IN = "/accounts/sign-in/"


def codes() -> list[str]:
    """Return why the only attempt that was refused was."""
    found: list[str] = RefusedAttempt.objects.get().codes
    return found


def kinds() -> list[str]:
    """Return what the access log holds, oldest first."""
    return list(AccessEvent.objects.order_by("id").values_list("kind", flat=True))


def came_in(person: Person) -> Client:
    """Sign somebody in with their password."""
    client = Client()
    client.post(SIGN_IN, {"username": person.user_id, "password": PASSWORD})
    return client


@pytest.mark.urs("URS-20")
def test_a_linked_person_comes_in_and_the_provider_asks_them_anew(
    world: World, provider: Provider, client: Client
) -> None:
    linked(world, provider, world.qa)
    changes = Change.objects.count()

    address = client.get(f"{LEAVE}?next=/storage/").headers["Location"]
    answer = comes_back(client, provider, address, world.qa.user_id)

    asked = asked_for(address)
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert answer.headers["Location"] == "/storage/"
    assert client.get("/storage/").context["user"] == world.qa
    entry = AccessEvent.objects.get()
    assert (entry.kind, entry.person, entry.note) == (
        "signed_in",
        world.qa,
        "At the identity provider",
    )
    assert Change.objects.count() == changes


@pytest.mark.urs("URS-57", "URS-58")
def test_the_old_password_of_a_linked_account_opens_and_proves_nothing(
    world: World, provider: Provider
) -> None:
    linked(world, provider, world.qa)

    assert came_in(world.qa).get("/").status_code == 302
    assert proven(world.qa.user_id, PASSWORD, at_bench()) is None
    with refused("AT_THE_PROVIDER"):
        reset_password(person_id=world.qa.pk, intent=world.signs(world.admin))
    with refused("AT_THE_PROVIDER"):
        change_password(
            person_id=world.qa.pk, password="a new one", attribution=world.says(world.qa), at=NOON
        )


@pytest.mark.urs("URS-14")
def test_nobody_comes_in_whose_identity_is_linked_to_no_account(
    world: World, provider: Provider, client: Client
) -> None:
    people = Person.objects.count()

    answer = sign_in(client, provider, world.qa.user_id)

    assert answer.status_code == 403
    assert "no account here is linked to you" in answer.content.decode()
    assert client.get("/").status_code == 302
    assert (kinds(), codes()) == (["failed"], ["SIGN_IN_REFUSED"])
    assert Person.objects.count() == people
    assert not is_locked(world.qa.user_id)


@pytest.mark.urs("URS-17", "URS-68")
@pytest.mark.parametrize(
    ("happens", "code", "kind"),
    [
        (
            lambda world: deactivate_person(person_id=world.qa.pk, intent=world.signs(world.admin)),
            "DEACTIVATED",
            "failed",
        ),
        (lambda world: fail(world.qa.user_id, 5), "LOCKED_OUT", "refused"),
    ],
    ids=["closed", "locked"],
)
def test_a_closed_or_locked_account_stays_out(
    world: World,
    provider: Provider,
    client: Client,
    happens: Callable[[World], object],
    code: str,
    kind: str,
) -> None:
    linked(world, provider, world.qa)
    happens(world)

    answer = sign_in(client, provider, world.qa.user_id)

    assert answer.status_code == 403
    assert client.get("/").status_code == 302
    assert (codes(), kinds()[-1]) == ([code], kind)


SPOILT: dict[str, dict[str, Any]] = {
    "another audience": {"claims": {"aud": "another-client"}},
    "our name beside another's": {
        "claims": {"aud": ["another-client"], "azp": "freezer-inventory"}
    },
    "another issuer": {"claims": {"iss": "https://provider.example"}},
    "another nonce": {"claims": {"nonce": "of another departure"}},
    "no nonce": {"without": ["nonce"]},
    "too old": {"claims": {"exp": 1_700_000_000}},
    "the key of a stranger": {"key": "strange"},
    "no time of authentication": {"without": ["auth_time"]},
    "an old authentication": {"claims": {"auth_time": 1_700_000_000}},
}


@pytest.mark.parametrize("how", SPOILT.values(), ids=SPOILT.keys())
def test_a_token_that_is_not_meant_for_this_departure_opens_nothing(
    world: World, provider: Provider, client: Client, how: dict[str, Any]
) -> None:
    linked(world, provider, world.qa)
    provider.spoil(**how)

    answer = sign_in(client, provider, world.qa.user_id)

    assert answer.status_code == 403
    assert client.get("/").status_code == 302
    assert codes()[0] in {"PROVIDER_REFUSED", "STALE_AUTHENTICATION"}
    assert kinds() == ["failed"]


def test_what_was_brought_back_counts_once_and_in_its_own_session(
    world: World, provider: Provider, client: Client
) -> None:
    linked(world, provider, world.qa)
    back = provider.answer(client.get(LEAVE).headers["Location"], world.qa.user_id)
    stranger = Client()

    elsewhere = stranger.get(back)
    first = client.get(back)
    client.post("/accounts/sign-out/")
    again = client.get(back)

    assert (elsewhere.status_code, first.status_code, again.status_code) == (403, 302, 403)
    assert stranger.get("/").status_code == client.get("/").status_code == 302
    assert [one.codes for one in RefusedAttempt.objects.all()] == [["PROVIDER_REFUSED"]] * 2


def test_a_cancelled_or_an_unreachable_provider_lets_nobody_in(
    world: World, provider: Provider, client: Client, settings: Any
) -> None:
    linked(world, provider, world.qa)

    cancelled = sign_in(client, provider, world.qa.user_id, go="cancel")
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    down = client.get(LEAVE)

    assert (cancelled.status_code, down.status_code) == (403, 403)
    assert "does not answer" in down.content.decode()
    assert codes() == ["PROVIDER_DENIED"]
    assert client.get(f"{LEAVE}?next=https://evil.example/").status_code == 403


def test_without_a_provider_there_is_no_way_there(client: Client) -> None:
    assert client.get(LEAVE).status_code == client.get(CALLBACK).status_code == 404
    assert "Sign in at" not in client.get(SIGN_IN).content.decode()


@pytest.mark.urs("URS-58")
def test_an_account_is_linked_by_its_person_with_password_and_provider(
    world: World, provider: Provider
) -> None:
    desk, other = came_in(world.qa), came_in(world.qa)
    permitted(world, world.qa)

    wrong = desk.post(LINK, {"password": "not it"})
    leaving = desk.post(LINK, {"password": PASSWORD})
    comes_back(desk, provider, leaving.context["address"], world.qa.user_id)

    assert (wrong.status_code, leaving.status_code) == (422, 200)
    assert 'http-equiv="refresh"' in leaving.content.decode()
    link = ProviderLink.objects.get()
    assert (link.person, link.subject) == (world.qa, f"sub-{world.qa.user_id}")
    kept = ProviderLink.history.filter(id=link.pk).latest("history_id")
    assert (kept.change.action, kept.change.actor_user_id) == ("link_provider", world.qa.user_id)
    assert "no password counts" in desk.get(LINK).content.decode().lower()
    assert other.get("/").status_code == 302
    assert "accounts/password" not in desk.get("/").content.decode()


@pytest.mark.urs("URS-16", "URS-58")
def test_nobody_attaches_an_identity_to_an_account_alone(
    world: World, provider: Provider, settings: Any
) -> None:
    settings.OIDC_USER_ID_CLAIM = "preferred_username"
    mine = identity_of(provider, world.qa2)

    def link(person: Person, **other: str) -> None:
        named = {"user_id": person.user_id} | other
        identity = type(mine)(**(vars(mine) | named))
        link_provider(
            person_id=person.pk, identity=identity, attribution=world.says(person), at=NOON
        )

    with unauthorised():
        permit_provider(person_id=world.qa.pk, intent=world.signs(world.qa2), at=NOON)
    with refused("OWN_ACCOUNT"):
        permit_provider(person_id=world.admin.pk, intent=world.signs(world.admin), at=NOON)
    with refused("NOT_PERMITTED"):
        link(world.qa)
    given = permit_provider(person_id=world.qa.pk, intent=world.signs(world.admin), at=NOON)
    with refused("ALREADY_PERMITTED"):
        permit_provider(person_id=world.qa.pk, intent=world.signs(world.admin), at=NOON)
    with refused("OTHER_IDENTITY"):
        link(world.qa, user_id=world.qa2.user_id)
    link(world.qa)
    permitted(world, world.qa2)
    with refused("IDENTITY_TAKEN"):
        link(world.qa2)

    assert ProviderLink.objects.get(pk=given.pk).linked_at == NOON


@pytest.mark.urs("URS-58")
def test_an_administrator_ends_a_link_and_tells_a_secret(
    world: World, provider: Provider, client: Client
) -> None:
    linked(world, provider, world.qa)
    desk = Client()
    sign_in(desk, provider, world.qa.user_id)
    with unauthorised():
        end_provider_link(person_id=world.qa.pk, intent=world.signs(world.qa2), at=NOON)

    secret = end_provider_link(person_id=world.qa.pk, intent=world.signs(world.admin), at=NOON)

    assert_signed_and_kept(ProviderLink.objects.get(), action="end_provider_link")
    assert desk.get("/").status_code == 302
    assert sign_in(desk, provider, world.qa.user_id).status_code == 403
    client.post(SIGN_IN, {"username": world.qa.user_id, "password": secret})
    assert client.get("/").headers["Location"] == "/accounts/password/"
    permitted(world, world.qa2)
    kept = end_provider_link(person_id=world.qa2.pk, intent=world.signs(world.admin), at=NOON)
    assert (kept, came_in(world.qa2).get("/").status_code) == ("", 200)


@pytest.mark.urs("URS-16")
def test_the_page_of_an_account_leads_to_permitting_and_ending(
    world: World, provider: Provider, client: Client
) -> None:
    client.force_login(world.admin)
    url = f"/configure/people/{world.qa.pk}/"
    signed = {"user_id": world.admin.user_id, "password": PASSWORD, "reason": "Request 12"}

    assert f"{url}provider/permit/" in client.get(url).text
    assert client.post(f"{url}provider/permit/", signed).status_code == 302
    assert "permitted, not taken up yet" in client.get(url).text
    assert client.post(f"{url}provider/end/", signed).status_code == 302
    assert f"{url}provider/permit/" in client.get(url).text


@pytest.mark.urs("URS-19", "URS-68")
def test_a_locked_session_goes_on_after_the_provider_asked_anew(
    world: World, provider: Provider, client: Client
) -> None:
    linked(world, provider, world.qa)
    sign_in(client, provider, world.qa.user_id)
    later = timezone.now() + timedelta(hours=1)
    with patch("django.utils.timezone.now", lambda: later):
        locked = client.get("/storage/")
    page = client.get(locked.headers["Location"]).content.decode()
    unlock = f"{LEAVE}?next=/storage/"

    def unlock_as(login: str) -> Any:
        address = client.get(unlock).headers["Location"]
        assert asked_for(address)["login_hint"] == world.qa.user_id
        return comes_back(client, provider, address, login)

    by_another = unlock_as(world.qa2.user_id)
    by_them = unlock_as(world.qa.user_id)

    assert "Go on at the identity provider" in page
    assert by_another.headers["Location"].startswith("/accounts/unlock/")
    assert by_them.headers["Location"] == "/storage/"
    assert client.get("/storage/").status_code == 200
    assert kinds() == ["signed_in", "timed_out", "failed", "came_back"]
