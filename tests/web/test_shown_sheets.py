"""A sheet signs once, and only what it showed: replay, somebody else's sheet, changes meanwhile."""

from typing import Any

import pytest

from audit.models import Change, RefusedAttempt, Signature, SignedSheet
from custody.actions.move_vials import move_vials
from custody.actions.place_hold import place_hold
from custody.models import HoldScope
from custody.placements import Placement
from inventory.models import Custody, Quality, Vial
from tests.browsing import Browser, hidden_on
from tests.factories.people import PASSWORD
from tests.web.views.vials.test_steps import signature
from tests.world import NOON, World, fresh

pytestmark = pytest.mark.urs("URS-52")


def at_screen_of(person: Any) -> Browser:
    """Sign somebody in."""
    browser = Browser()
    browser.force_login(person)
    return browser


def sheet_on(browser: Browser, url: str) -> dict[str, Any]:
    """Open a page to sign on, and return what it hides in its form."""
    return hidden_on(browser.get(url))


def missing(vial: Vial) -> str:
    """Return where a vial is reported missing, by one signature."""
    return f"/vials/{vial.pk}/missing/"


def entered(world: World, vial: Vial) -> dict[str, object]:
    """Return what the technician enters to report a vial missing."""
    return signature(world, scanned=vial.code, searched="Rack R1")


def test_keeps_what_a_signed_sheet_showed(world: World) -> None:
    vial = world.stored()[0]
    version = vial.history.latest("history_id").history_id

    at_screen_of(world.technician).post(missing(vial), entered(world, vial))

    kept = SignedSheet.objects.get()
    assert kept.change.action == "report_missing"
    assert kept.versions == {"inventory.Vial": {str(vial.pk): version}}


def test_signs_once(world: World) -> None:
    vial = world.stored()[0]
    desk = at_screen_of(world.qa)
    url = f"/vials/{vial.pk}/hold/"
    sent = signature(world, world.qa, scope="vials", scanned=vial.code) | sheet_on(desk, url)

    first = desk.post(url, sent)
    signatures = Signature.objects.count()
    again = desk.post(url, sent)

    assert first.status_code == 302
    assert again.status_code == 409
    assert "This sheet was signed already" in again.text
    assert Signature.objects.count() == signatures
    kept = RefusedAttempt.objects.get()
    assert (kept.actor, kept.codes) == (world.qa, ["SHEET_SIGNED"])


def test_may_be_sent_again_after_a_wrong_password(world: World) -> None:
    vial = world.stored()[0]
    desk = at_screen_of(world.technician)
    sent = entered(world, vial) | sheet_on(desk, missing(vial))

    wrong = desk.post(missing(vial), sent | {"password": "wrong"})
    right = desk.post(missing(vial), sent)

    assert (wrong.status_code, right.status_code) == (403, 302)


def test_refuses_what_no_sheet_of_this_session_showed(world: World) -> None:
    vial, other = world.stored(2)
    desk, stranger = at_screen_of(world.technician), at_screen_of(world.witness)
    before = at_screen_of(world.technician)
    others = {
        "none": "",
        "guessed": "eyJub25jZSI6IjEifQ:1",
        "of another vial": sheet_on(desk, missing(other))["sheet"],
        "of somebody else": sheet_on(stranger, missing(vial))["sheet"],
        "of another session": sheet_on(before, missing(vial))["sheet"],
    }

    for what, sheet in others.items():
        answer = desk.post(missing(vial), entered(world, vial) | {"sheet": sheet})
        assert answer.status_code == 403, what
        assert "is no sheet that was shown to you" in answer.text

    assert fresh([vial])[0].custody == Custody.IN_STORAGE
    kept = RefusedAttempt.objects.values_list("codes", flat=True)
    assert list(kept) == [["SHEET_UNKNOWN"]] * len(others)


def move_meanwhile(world: World, vial: Vial) -> None:
    """Let somebody move the vial while a sheet about it is open."""
    place = Placement(vial_id=vial.pk, position_id=world.place("C5").pk)
    move_vials(placements=[place], attribution=world.says(world.supervisor), at=NOON)


def test_refuses_a_record_that_changed_meanwhile_and_says_who_did(world: World) -> None:
    vial = world.stored()[0]
    desk = at_screen_of(world.technician)
    sent = entered(world, vial) | sheet_on(desk, missing(vial))
    move_meanwhile(world, vial)
    changes = Change.objects.count()

    answer = desk.post(missing(vial), sent)

    assert answer.status_code == 409
    assert f"{vial.code} was changed by {world.supervisor.full_name} at 20" in answer.text
    assert Change.objects.count() == changes
    assert fresh([vial])[0].custody == Custody.IN_STORAGE
    kept = RefusedAttempt.objects.get()
    assert (kept.action, kept.codes) == ("report_missing", ["CHANGED_SINCE_SHOWN"])
    assert desk.post(missing(vial), entered(world, vial)).status_code == 302


@pytest.mark.urs("URS-60")
def test_decides_on_the_vials_that_were_listed_and_on_no_others(world: World) -> None:
    vials = world.stored(3)
    desk = at_screen_of(world.qa)
    url = "/quality/decide/"
    chosen = {"vial": [vial.pk for vial in vials[:2]], "decision": Quality.REJECTED.value}
    who = {"user_id": world.qa.user_id, "password": PASSWORD, "reason": "Report 9"}
    sent = chosen | {"evidence": "Report 9"} | who
    shown = hidden_on(desk.post(url, chosen))

    smuggled = desk.post(url, sent | shown | {"vial": [vial.pk for vial in vials]})
    place_hold(scope=HoldScope.VIALS, subject=vials[2].code, intent=world.signs(world.qa2), at=NOON)
    signed = desk.post(url, sent | shown)

    assert (smuggled.status_code, signed.status_code) == (403, 302)
    assert [vial.quality for vial in fresh(vials)] == [
        *[Quality.REJECTED] * 2,
        Quality.QUARANTINE,
    ]


def test_covers_what_a_page_shows_besides_vials(world: World) -> None:
    desk = at_screen_of(world.admin)
    url = f"/configure/people/{world.witness.pk}/close/"
    who = {"user_id": world.admin.user_id, "password": PASSWORD, "reason": "Left us"}
    first, second = sheet_on(desk, url), sheet_on(desk, url)

    done = desk.post(url, who | first)
    late = desk.post(url, who | second)

    assert (done.status_code, late.status_code) == (302, 409)
    assert RefusedAttempt.objects.get().codes == ["ALREADY_DEACTIVATED"]
