"""The second factor: demanded of administrators, asked at sign-in, each code once, reset signed."""

import re
import time
from dataclasses import replace

import pytest
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.access_rules import Limits, Memory
from accounts.actions.enrol_second_factor import enrol_second_factor
from accounts.actions.reset_second_factor import reset_second_factor
from accounts.models import AccessEvent, Person, SecondFactor
from accounts.second_factor import is_theirs
from audit.proofs import Purpose
from tests.accounts.doors import at_bench
from tests.custody.racing import race, winners
from tests.factories.people import PASSWORD
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-21")
ENROLMENT = "/accounts/second-factor/"
CODE = "/accounts/code/"
KEY = "3132333435363738393031323334353637383930"


@pytest.fixture
def demanded(known_limits: Memory) -> Memory:
    """Demand a second factor of administrators, as a site does that set nothing."""
    known_limits.limits = Limits()
    return known_limits


def code_of(key: str, *, steps: int = 0) -> str:
    """Return what a device with this key shows now, or some steps later."""
    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time() + 30 * steps
    return f"{totp.token():06d}"


def come_in(person: Person) -> Client:
    """Give user id and password."""
    client = Client()
    client.post("/accounts/sign-in/", {"username": person.user_id, "password": PASSWORD})
    return client


def enrolled(world: World, person: Person) -> list[str]:
    """Enrol a device with the known key; its code of that time does not count any more."""
    return enrol_second_factor(
        person_id=person.pk,
        key=KEY,
        code=_vector(),
        attribution=world.says(person),
        at=NOON,
    )


def _vector() -> str:
    totp = TOTP(bytes.fromhex(KEY))
    totp.time = NOON.timestamp()
    return f"{totp.token():06d}"


def test_administrators_enrol_before_they_configure_and_others_need_not(
    world: World, demanded: Memory
) -> None:
    desk = come_in(world.admin)
    assert desk.get("/").status_code == 200
    assert desk.get("/configure/people/").headers["Location"] == ENROLMENT
    assert come_in(world.qa).get("/configure/people/").status_code == 200

    page = desk.get(ENROLMENT)
    key = desk.session["second_factor_key"]
    wrong = desk.post(ENROLMENT, {"code": "000000" if code_of(key) != "000000" else "1"})
    done = desk.post(ENROLMENT, {"code": code_of(key)})

    assert "data:image/svg+xml;base64," in page.content.decode()
    assert (wrong.status_code, done.status_code) == (409, 200)
    assert len(re.findall(r'<li class="code">[a-z0-9]{12}</li>', done.content.decode())) == 8
    assert SecondFactor.history.get(person=world.admin).change.action == "enrol_second_factor"
    assert desk.get("/configure/people/").status_code == 200
    assert "is enrolled" in desk.get(ENROLMENT).content.decode()


def test_everybody_enrols_first_where_the_site_says_so(world: World, demanded: Memory) -> None:
    demanded.limits = replace(Limits(), second_factor="everybody")

    desk = come_in(world.qa)

    assert desk.get("/storage/").headers["Location"] == ENROLMENT
    fragment = desk.get("/scan/", headers={"HX-Request": "true"})
    assert fragment.headers["HX-Redirect"] == ENROLMENT


def test_a_sign_in_asks_for_a_code_that_counts_once(world: World) -> None:
    recovery = enrolled(world, world.qa)
    first, second, third = (come_in(world.qa) for _ in range(3))
    code = code_of(KEY)

    held = [first.get(path).headers["Location"] for path in ("/", "/accounts/password/")]
    wrong = first.post(CODE, {"code": "123"})
    right = first.post(CODE, {"code": f" {code[:3]} {code[3:]} "})
    again = second.post(CODE, {"code": code})
    by_recovery = [each.post(CODE, {"code": recovery[0].upper()}) for each in (second, third)]

    assert held == [CODE, CODE]
    assert (wrong.status_code, right.status_code, again.status_code) == (422, 302, 422)
    assert [answer.status_code for answer in by_recovery] == [302, 422]
    assert first.get("/").status_code == 200
    assert third.get("/").headers["Location"] == CODE
    kept = AccessEvent.objects.filter(person=world.qa).order_by("id")
    expected = ["failed", "signed_in", "failed", "signed_in", "failed"]
    assert list(kept.values_list("kind", flat=True)) == expected


@pytest.mark.parametrize(("steps", "counts"), [(-2, False), (-1, True), (1, True), (3, False)])
def test_a_clock_may_be_a_step_off(world: World, steps: int, counts: bool) -> None:
    enrolled(world, world.qa)

    assert is_theirs(world.qa, code_of(KEY, steps=steps), at_bench()) is counts


@pytest.mark.urs("URS-68")
def test_guessing_codes_locks_the_account_and_the_right_one_does_not_open_it(world: World) -> None:
    enrolled(world, world.qa)
    desk = come_in(world.qa)

    for guess in range(5):
        desk.post(CODE, {"code": str(guess)})
    answer = desk.post(CODE, {"code": code_of(KEY)})

    assert "your account is locked" in answer.content.decode()
    assert AccessEvent.objects.filter(person=world.qa, kind="locked_out").count() == 1


def test_a_code_sent_twice_at_once_counts_once(committed_world: World) -> None:
    qa = committed_world.qa
    enrolled(committed_world, qa)
    code = code_of(KEY)

    outcomes = race(
        lambda: is_theirs(qa, code, at_bench(Purpose.SIGN_IN)),
        lambda: is_theirs(qa, code, at_bench(Purpose.SIGN_IN)),
        meet_in="accounts.second_factor.is_locked",
    )

    assert sorted(bool(outcome.returned) for outcome in winners(outcomes)) == [False, True]


def test_an_administrator_resets_a_lost_device_with_a_reason(world: World) -> None:
    recovery = enrolled(world, world.qa)
    desk = come_in(world.qa)

    with unauthorised():
        reset_second_factor(person_id=world.qa.pk, intent=world.signs(world.qa2), at=NOON)
    with refused("NOT_ENROLLED"):
        reset_second_factor(person_id=world.qa2.pk, intent=world.signs(world.admin), at=NOON)
    factor = reset_second_factor(person_id=world.qa.pk, intent=world.signs(world.admin), at=NOON)

    assert_signed_and_kept(factor, action="reset_second_factor")
    assert not TOTPDevice.objects.filter(user=world.qa).exists()
    assert not is_theirs(world.qa, recovery[0], at_bench())
    assert desk.get("/").headers["Location"].startswith("/accounts/sign-in/")
    assert come_in(world.qa).get("/").status_code == 200
