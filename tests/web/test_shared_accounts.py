"""A shared account looks and does nothing else: every route, every method, every role."""

import pytest
from django.test import Client

from accounts.actions.issue_service_token import issue_service_token
from accounts.models import Person, ServiceToken
from accounts.roles import Role
from accounts.tokens import digest_of
from audit.changes import machine_change
from audit.models import Change, RefusedAttempt, Signature
from tests.factories.people import PASSWORD, PersonFactory
from tests.inventory.actions.evidence import refused
from tests.routes import Site, build_site, routes
from tests.world import World
from web.shared_accounts import OWN_CHOICES, OWN_SECTION

pytestmark = pytest.mark.urs("URS-10")

ROUTES = sorted(routes())
EVERY_FIELD = {
    "password": PASSWORD,
    "second_password": PASSWORD,
    "reason": "Because it stands here",
    "statement": "on",
}


def kiosk(world: World, *roles: Role) -> Person:
    """Open a shared account with these roles and every scope."""
    return PersonFactory.create(
        is_shared=True, roles=list(roles), programs=[world.program], sites=[world.site]
    )


def is_its_own(route: str) -> bool:
    """Say whether a route is about the session itself."""
    return route.startswith(OWN_SECTION) or route in OWN_CHOICES


@pytest.mark.parametrize(
    "roles",
    [
        [Role.TECHNICIAN, Role.SUPERVISOR, Role.QA, Role.RELEASE],
        [Role.ADMINISTRATOR],
        [Role.INSPECTOR],
    ],
    ids=["product", "administration", "inspection"],
)
def test_posts_nothing_to_any_route(world: World, roles: list[Role]) -> None:
    client = Client()  # reads no page before it posts
    site: Site = build_site(world)
    person = kiosk(world, *roles)
    client.force_login(person)
    changes, signatures = Change.objects.count(), Signature.objects.count()
    kept = RefusedAttempt.objects.count()
    entered = EVERY_FIELD | {"user_id": person.user_id, "second_user_id": world.witness.user_id}

    for route in ROUTES:
        if is_its_own(route):
            continue
        for method in (client.post, client.put, client.patch, client.delete):
            is_form = method == client.post  # the others are sent by scripts alone
            answer = method(
                site.address(route),
                entered if is_form else "",
                headers={} if is_form else {"HX-Request": "true"},
            )
            kept += 1

            assert answer.status_code == 403, route
            assert "shared account" in answer.text, route
            assert RefusedAttempt.objects.count() == kept, route

    of_person = RefusedAttempt.objects.filter(actor=person).values_list("codes", flat=True)
    assert all(codes == ["SHARED_ACCOUNT"] for codes in of_person)
    assert (Change.objects.count(), Signature.objects.count()) == (changes, signatures)


def test_writes_nothing_by_looking_at_any_route(world: World, client: Client) -> None:
    site = build_site(world)
    client.force_login(kiosk(world, Role.TECHNICIAN, Role.QA))
    changes = Change.objects.count()

    for route in set(ROUTES) - {"readyz"}:  # without a queue it says so by its status
        assert client.get(site.address(route)).status_code < 500, route

    assert Change.objects.count() == changes


def test_goes_and_chooses_how_the_screen_looks(world: World, client: Client) -> None:
    client.force_login(kiosk(world, Role.TECHNICIAN))

    assert client.post("/preferences/", {"theme": "dark"}).status_code < 400
    assert client.post("/accounts/sign-out/").status_code == 302
    assert client.get("/").status_code == 302


def test_a_shared_account_gets_no_token_and_an_old_one_does_not_count(
    world: World, client: Client
) -> None:
    account = kiosk(world, Role.SERVICE)
    with refused("NOT_A_SERVICE_ACCOUNT"):
        issue_service_token(name="EBR", account_id=account.pk, intent=world.signs(world.admin))
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        ServiceToken(name="old", account=account, digest=digest_of("old")).save(force_insert=True)
    site = build_site(world)
    machine_routes = [name for name in ROUTES if name.startswith("api:")]

    for route in machine_routes:
        for method in (client.post, client.get):
            answer = method(site.address(route), headers={"Authorization": "Bearer old"})
            assert answer.status_code in {401, 405} or route == "api:api-root", route

    assert ["SHARED_ACCOUNT"] in RefusedAttempt.objects.values_list("codes", flat=True)
