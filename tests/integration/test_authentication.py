"""Who is let in at the machine door."""

import pytest
from django.test import Client

from accounts.actions.revoke_role import revoke_role
from accounts.actions.revoke_service_token import revoke_service_token
from accounts.models import ServiceToken
from accounts.roles import Role
from audit.models import RefusedAttempt
from tests.integration.conftest import OtherSystem
from tests.world import NOON, World

ROUTES = [
    ("post", "/api/v1/batches/"),
    ("post", "/api/v1/orders/"),
    ("get", "/api/v1/batches/B-1"),
    ("get", "/api/v1/orders/O-1"),
    ("get", "/api/v1/vials/V-1"),
    ("get", "/api/v1/therapies/CHA9990260001AX"),
    ("get", "/api/v1/openapi.json"),
]


@pytest.mark.urs("URS-14")
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_asks_everybody_for_a_token(db: None, method: str, path: str) -> None:
    response = getattr(Client(), method)(path)

    assert response.status_code == 401
    assert response.json()["refusals"][0]["code"] == "TOKEN_MISSING"
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.urs("URS-14")
@pytest.mark.parametrize(("method", "path"), ROUTES[:-1])
def test_does_not_take_a_browser_session_for_a_token(
    world: World, client: Client, method: str, path: str
) -> None:
    client.force_login(world.admin)

    assert getattr(client, method)(path).status_code == 401


@pytest.mark.urs("URS-23")
def test_records_an_unknown_token_without_keeping_it(db: None) -> None:
    response = Client().get("/api/v1/vials/V-1", headers={"Authorization": "Bearer guessed"})

    kept = RefusedAttempt.objects.latest("id")
    assert response.status_code == 401
    assert (kept.action, kept.codes) == ("authenticate", ["TOKEN_UNKNOWN"])
    assert kept.device == "address 127.0.0.1"
    assert "guessed" not in f"{kept.words} {kept.subject}"


@pytest.mark.urs("URS-11", "URS-67")
def test_refuses_a_revoked_token_at_once(world: World, ebr: OtherSystem) -> None:
    token = ServiceToken.objects.get(account=ebr.account)
    assert ebr.get("vials/V-1").status_code == 404

    revoke_service_token(token_id=token.pk, intent=world.signs(world.admin), at=NOON)

    assert ebr.get("vials/V-1").status_code == 401
    kept = RefusedAttempt.objects.latest("id")
    assert (kept.codes, kept.actor_user_id) == (["TOKEN_REVOKED"], ebr.account.user_id)


@pytest.mark.urs("URS-14")
def test_refuses_a_token_whose_account_lost_its_role(world: World, ebr: OtherSystem) -> None:
    revoke_role(person_id=ebr.account.pk, role=Role.SERVICE, intent=world.signs(world.admin))

    assert ebr.get("vials/V-1").status_code == 401
    assert RefusedAttempt.objects.latest("id").codes == ["ROLE_MISSING"]


def test_says_the_same_words_whatever_is_wrong_with_a_token(world: World, ebr: OtherSystem) -> None:
    token = ServiceToken.objects.get(account=ebr.account)
    revoke_service_token(token_id=token.pk, intent=world.signs(world.admin), at=NOON)
    revoked = ebr.get("vials/V-1").content

    ebr.token = "never issued"

    assert ebr.get("vials/V-1").content == revoked


def test_keeps_only_the_digest_of_a_token(world: World, ebr: OtherSystem) -> None:
    row = ServiceToken.objects.get(account=ebr.account)

    assert ebr.token not in str(vars(row))
    assert len(row.digest) == 64


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "Bearer ", "bearer\tx", "Token x"])
def test_refuses_other_ways_to_authenticate(db: None, header: str) -> None:
    response = Client().get("/api/v1/vials/V-1", headers={"Authorization": header})

    assert response.status_code == 401
    assert response.json()["refusals"]
