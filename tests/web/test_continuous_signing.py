"""Signing again and again: all components first, then the secret, until something else is so."""

from collections.abc import Callable
from typing import cast

import pytest
from django.core.signing import get_cookie_signer
from django.http import HttpRequest
from django.test import Client

from accounts.models import AccessRequest, Person
from accounts.roles import Role
from audit.models import RefusedAttempt, Signature
from tests.accounts.access import approved
from tests.browsing import Browser
from tests.factories.people import PASSWORD
from tests.world import World
from web.attribution import WORKSTATION_COOKIE
from web.continuous_signing import forget_signing
from web.http import Request

pytestmark = pytest.mark.urs("URS-54", "URS-55", "URS-56")
PASSWORD_ALONE = {"password": PASSWORD, "reason": "Request 12", "role": Role.SUPERVISOR.value}
ASKED = 'name="user_id"'


class Desk:
    """The administrator at a screen, who asks for a role of the witness or takes it back."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.client = Browser(headers={"user-agent": "Browser 1"})
        self.client.force_login(world.admin)
        self.given = False

    def sheet(self, **extra: str) -> str:
        """Read the sheet."""
        return self.client.get(self._url(), headers=extra or None).text

    def sign(self, **entered: str) -> int:
        """Sign the sheet; say how it was answered."""
        answer = self.client.post(self._url(), PASSWORD_ALONE | entered)
        if answer.status_code == 302:
            self.given = not self.given
            if self.given:
                approved(self.world, AccessRequest.objects.latest("pk"))
        return int(answer.status_code)

    def _url(self) -> str:
        verb = "take" if self.given else "give"
        return f"/configure/people/{self.world.witness.pk}/roles/{verb}/"


@pytest.fixture
def desk(world: World) -> Desk:
    """Sit the administrator down and have them sign once, with everything."""
    desk = Desk(world)
    assert ASKED in desk.sheet()
    assert desk.sign(user_id=world.admin.user_id.upper()) == 302
    return desk


def test_asks_for_the_password_alone_afterwards_and_says_whose(desk: Desk) -> None:
    page = desk.sheet()

    assert ASKED not in page
    assert f'The password of <span class="code">{desk.world.admin.user_id}</span>' in page
    assert desk.sign() == 302
    assert desk.sign() == 302


def test_never_takes_the_password_alone_first(world: World) -> None:
    signatures = Signature.objects.count()
    desk = Desk(world)

    assert desk.sign() == 403
    assert Signature.objects.count() == signatures
    kept = RefusedAttempt.objects.get()
    assert (kept.actor, kept.codes) == (world.admin, ["USER_ID_ASKED"])


def test_a_click_alone_never_signs(desk: Desk) -> None:
    assert desk.sign(password="") == 422
    assert desk.sign(password="wrong") == 403


def test_a_signing_that_was_refused_was_not_the_first(world: World) -> None:
    desk = Desk(world)

    assert desk.sign(user_id=world.admin.user_id, role=Role.TECHNICIAN.value) != 302
    assert desk.sign() == 403


def test_asks_again_for_the_user_id_of_somebody_else(desk: Desk) -> None:
    assert desk.sign(user_id=desk.world.qa.user_id) == 403
    assert RefusedAttempt.objects.get().codes == ["OTHER_SIGNER"]


def sign_in_anew(desk: Desk) -> None:
    """Sign in again, as after a lock or a logout."""
    desk.client.force_login(desk.world.admin)


def sign_out_and_in(desk: Desk) -> None:
    """Leave the session and come back."""
    desk.client.logout()
    desk.client.force_login(desk.world.admin)


def lock(desk: Desk) -> None:
    """Lock the session, as inactivity does."""
    request = HttpRequest()
    request.session = desk.client.session
    forget_signing(cast("Request", request))
    request.session.save()


def take_a_role_on(desk: Desk) -> None:
    """Hold another role than when the session signed, as who was an inspector until now."""
    session = desk.client.session
    session["signed_in_full"]["roles"] = [Role.INSPECTOR.value]
    session.save()


def go_to_another_workstation(desk: Desk) -> None:
    """Carry the session to a device that is registered under another name."""
    signer = get_cookie_signer(salt=WORKSTATION_COOKIE + WORKSTATION_COOKIE)
    desk.client.cookies[WORKSTATION_COOKIE] = signer.sign("LN2 tablet 2")


def use_another_browser(desk: Desk) -> None:
    """Carry the session to another browser."""
    desk.client.defaults["HTTP_USER_AGENT"] = "Browser 2"


@pytest.mark.parametrize(
    "happens",
    [
        sign_in_anew,
        sign_out_and_in,
        lock,
        take_a_role_on,
        go_to_another_workstation,
        use_another_browser,
    ],
    ids=lambda happens: happens.__name__,
)
def test_asks_for_everything_again_after_it(desk: Desk, happens: Callable[[Desk], None]) -> None:
    happens(desk)

    assert ASKED in desk.sheet()
    assert desk.sign() == 403
    assert desk.sign(user_id=desk.world.admin.user_id) == 302
    assert desk.sign() == 302


@pytest.mark.urs("URS-31")
def test_the_second_person_always_gives_both_and_is_never_the_first(
    world: World, client: Client
) -> None:
    vials = world.stored(3)
    client.force_login(world.technician)

    def check_out(number: int, second: Person, **entered: str) -> int:
        both = {"second_user_id": second.user_id, "second_password": PASSWORD}
        own = {"password": PASSWORD, "reason": "QC", "purpose": "qc", "scanned": vials[number].code}
        url = f"/vials/{vials[number].pk}/check-out/"
        return client.post(url, own | both | entered).status_code

    first = check_out(0, world.witness, user_id=world.technician.user_id)
    second = check_out(1, world.witness)
    no_id = check_out(2, world.witness, second_user_id="")
    twice = check_out(2, world.technician, second_user_id=f" {world.technician.user_id.upper()} ")

    assert (first, second) == (302, 302)
    assert (no_id, twice) == (422, 403)
    kept = RefusedAttempt.objects.get()
    assert (kept.action, kept.actor, kept.codes) == ("sign", world.technician, ["SAME_PERSON"])
