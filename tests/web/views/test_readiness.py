"""From an empty installation to the first signature on product, and what stays shut until then."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.actions.change_password import change_password
from accounts.actions.publish_policy import publish_policy
from accounts.models import IdentityVerification, Person
from accounts.roles import Role
from audit.authors import Attribution
from audit.models import RefusedAttempt, Signature
from tests.browsing import Browser
from tests.factories.people import PASSWORD, PersonFactory
from tests.web.views.vials.test_steps import signature
from tests.world import World, fresh

FIRST = "icy-winter-morning-7"


def install() -> None:
    """Open the first account as the manual says, and choose its password."""
    call_command(
        "open_first_account",
        *("--user-id", "Ada", "--full-name", "Ada Example", "--verified-by", "Quinn Quality"),
        *("--method", "passport seen"),
        stdout=io.StringIO(),
    )
    choose("ada", FIRST)


def choose(user_id: str, password: str) -> None:
    """Take a password of one's own, as the temporary one leads to."""
    person = Person.objects.get(user_id=user_id)
    by_them = Attribution(actor=person, reason="First sign-in", device="bench 1")
    change_password(person_id=person.pk, password=password, attribution=by_them, at=timezone.now())


def screen_of(user_id: str) -> Browser:
    """Sign somebody in."""
    browser = Browser()
    browser.force_login(Person.objects.get(user_id=user_id))
    return browser


def sign(browser: Browser, user_id: str, password: str, url: str, **entered: object) -> Any:
    """Sign a page."""
    who = {"user_id": user_id, "password": password, "reason": "Set-up"}
    return browser.post(url, who | entered)


@pytest.mark.django_db
@pytest.mark.urs("URS-12", "URS-13", "URS-64")
def test_a_fresh_site_opens_signing_step_by_step() -> None:
    install()
    ada = screen_of("ada")
    today = timezone.localdate().isoformat()
    account = {
        "new_user_id": "tim",
        "full_name": "Tim Technician",
        "roles": ["technician"],
    }

    early = sign(ada, "ada", FIRST, "/configure/people/add/", **account)
    certified = sign(
        ada, "ada", FIRST, "/configure/signing/certify/", reference="LNR-1", sent_on=today
    )
    published = sign(ada, "ada", FIRST, "/configure/signing/policy/", text="I answer for it.")
    read = ada.get("/signing/policy/").text
    acknowledged = sign(ada, "ada", FIRST, "/signing/policy/")
    opened = sign(ada, "ada", FIRST, "/configure/people/add/", **account)

    assert early.status_code == 403
    assert "Signing is off until the organisation’s certification" in early.text
    kept = RefusedAttempt.objects.get()
    assert (kept.action, kept.codes) == ("sign", ["NOT_CERTIFIED", "NO_POLICY"])
    assert "I answer for it." in read
    for answer in (certified, published, acknowledged):
        assert answer.status_code == 302, answer.content.decode()
    assert opened.status_code == 200, opened.content.decode()
    choose("tim", PASSWORD)
    assert "You may sign" in ada.get("/signing/policy/").text

    tim, key = screen_of("tim"), Person.objects.get(user_id="tim").pk
    unverified = sign(tim, "tim", PASSWORD, "/signing/policy/")
    waiting = ada.get("/configure/signing/").text
    url = f"/configure/people/{key}/verify/"
    verified = sign(ada, "ada", FIRST, url, method="Badge and passport", verified_on=today)

    assert unverified.status_code == 403
    assert "Tim Technician" in waiting
    assert "not verified" in waiting
    assert verified.status_code == 302
    page = ada.get(f"/configure/people/{key}/").text
    assert "Verified by Ada Example on" in page
    assert "Badge and passport" in page
    assert sign(tim, "tim", PASSWORD, "/signing/policy/").status_code == 302
    assert "You may sign" in tim.get("/signing/policy/").text
    assert "Everybody with an account of their own may sign" in ada.get("/configure/signing/").text


@pytest.mark.django_db
@pytest.mark.urs("URS-12")
def test_the_first_account_is_verified_once() -> None:
    install()
    row = IdentityVerification.objects.get()

    assert (row.verified_by, row.verifier_name, row.method) == (
        None,
        "Quinn Quality",
        "passport seen",
    )
    with pytest.raises(CommandError, match="an administrator must sign"):
        install()


@pytest.mark.urs("URS-64")
def test_a_new_revision_stops_everybody_until_they_read_it(world: World) -> None:
    vial = world.stored()[0]
    desk = Browser()
    desk.force_login(world.technician)
    publish_policy(text="Second thoughts.", intent=world.signs(world.qa))
    entered = signature(world, scanned=vial.code, purpose="qc")
    url = f"/vials/{vial.pk}/check-out/"
    signatures = Signature.objects.count()

    before = desk.post(url, entered)
    desk.post("/signing/policy/", signature(world))
    one_of_two = desk.post(url, entered)
    witness = Browser()
    witness.force_login(world.witness)
    witness.post("/signing/policy/", signature(world, world.witness))
    after = desk.post(url, entered)

    assert (before.status_code, one_of_two.status_code, after.status_code) == (403, 403, 302)
    assert f"{world.technician.full_name} has not acknowledged revision 2" in before.text
    assert f"{world.witness.full_name} has not acknowledged revision 2" in one_of_two.text
    assert Signature.objects.count() == signatures + 2 + 2
    kept = RefusedAttempt.objects.order_by("pk").values_list("actor", "codes")
    assert list(kept) == [
        (world.technician.pk, ["POLICY_NOT_ACKNOWLEDGED"]),
        (world.witness.pk, ["POLICY_NOT_ACKNOWLEDGED"]),
    ]
    assert fresh([vial])[0].custody == "checked_out"


@pytest.mark.urs("URS-12")
def test_only_administrators_verify_and_nobody_themselves(world: World) -> None:
    stranger = PersonFactory.create()
    ahead = (timezone.localdate() + timedelta(days=3)).isoformat()
    admin, qa = screen_of(world.admin.user_id), screen_of(world.qa.user_id)
    url = f"/configure/people/{stranger.pk}/verify/"
    own = f"/configure/people/{world.admin.pk}/verify/"

    assert qa.get(url).status_code == 403
    late = sign(admin, world.admin.user_id, PASSWORD, url, method="Seen", verified_on=ahead)
    mine = sign(admin, world.admin.user_id, PASSWORD, own, method="I", verified_on="2026-01-02")

    assert "has not come yet" in late.text
    assert "Nobody verifies their own identity" in mine.text


@pytest.mark.urs("URS-12", "URS-64")
def test_a_sheet_says_before_anything_is_typed_what_keeps_somebody_from_signing(
    world: World,
) -> None:
    qa = PersonFactory.create(roles=[Role.QA])
    unread = f"{world.admin.full_name} has not acknowledged revision 2"
    opened, new_qa = screen_of(world.admin.user_id), screen_of(qa.user_id)

    before = opened.get("/configure/people/add/").text
    publish_policy(text="Second thoughts.", intent=world.signs(world.qa))
    after = opened.get("/configure/people/add/").text
    nobody_knows_them = new_qa.get("/configure/signing/policy/").text

    assert "You cannot sign yet" not in before
    assert unread in after
    assert 'href="/signing/policy/"' in after
    assert "cannot sign before somebody recorded" in nobody_knows_them
    assert f'href="/configure/people/{qa.pk}/"' in nobody_knows_them
    assert "revision 2" not in nobody_knows_them, "this sheet needs only the identity"
