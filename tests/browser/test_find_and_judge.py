"""Find and judge: dashboard, scan, vial, steps and therapy; no fault, no overflow, by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Person
from custody.actions.check_out_vials import InternalPurpose
from custody.actions.place_hold import place_hold
from custody.models import HoldScope
from inventory.models import Custody, Vial
from tests.browser.test_styleguide import faults_of_pages
from tests.factories.people import PASSWORD
from tests.world import NOON, World

OpenAs = Callable[..., Page]


def paths(world: World) -> dict[str, tuple[Person, str]]:
    """Bring vials to different states; name the pages that show them."""
    vials = world.released(4, world.batch())
    out = world.checked_out([vials[3]])[0]
    world.received(2, world.batch())
    held = vials[1]
    place_hold(scope=HoldScope.VIALS, subject=held.code, intent=world.signs(world.qa), at=NOON)
    code, floor, qa = vials[0].code, world.technician, world.qa
    assert vials[0].therapy is not None
    return {
        "dashboard-technician": (floor, "/"),
        "dashboard-qa": (qa, "/"),
        "scan": (floor, "/scan/"),
        "scan-vial": (floor, f"/scan/?code={code}"),
        "scan-box": (floor, f"/scan/?code={world.box.code}"),
        "scan-several": (floor, f"/scan/?code={code[:8]}"),
        "scan-nothing": (floor, f"/scan/?code={code[:-1]}Z"),
        "vial": (floor, f"/vials/{vials[0].pk}/"),
        "vial-held": (qa, f"/vials/{held.pk}/"),
        "vial-out": (floor, f"/vials/{out.pk}/"),
        "vial-record": (qa, f"/vials/{held.pk}/record/"),
        "vial-move": (floor, f"/vials/{vials[0].pk}/move/"),
        "vial-put-back": (floor, f"/vials/{out.pk}/put-back/"),
        "vial-check-out": (floor, f"/vials/{vials[0].pk}/check-out/"),
        "vial-split": (floor, f"/vials/{out.pk}/split/"),
        "vial-hold": (qa, f"/vials/{vials[0].pk}/hold/"),
        "vial-discard-blocked": (floor, f"/vials/{vials[0].pk}/discard/"),
        "therapies": (floor, "/therapies/"),
        "therapy": (qa, f"/therapies/{vials[0].therapy.coi}/"),
    }


def test_has_no_fault_and_does_not_overflow(
    sign_in: OpenAs, committed_world: World, picture_of_look: Callable[[Page, str], None]
) -> None:
    assert faults_of_pages(paths(committed_world), sign_in, picture_of_look) == {}


@pytest.mark.urs("URS-90")
def test_finds_a_vial_from_any_page_by_keyboard(sign_in: OpenAs, committed_world: World) -> None:
    vial = committed_world.released()[0]
    page = sign_in(committed_world.technician)
    page.goto("/therapies/")

    page.keyboard.press("/")
    page.keyboard.type(vial.code)
    page.keyboard.press("Enter")

    expect(page.get_by_role("link", name="LN2-01 › R1 › Box 1 › A1")).to_be_visible()
    expect(page.locator(".verdict")).to_contain_text("Unknown")


def test_scans_one_after_the_other_without_losing_the_field(
    sign_in: OpenAs, committed_world: World
) -> None:
    first, second = committed_world.released(2, committed_world.batch())
    page = sign_in(committed_world.technician)
    page.goto("/scan/")

    for vial in (first, second):
        page.keyboard.type(vial.code)
        page.keyboard.press("Enter")
        card = page.locator("#scan-result .identity")
        expect(card).to_contain_text(vial.code)
        expect(page.locator("#scan-field")).to_be_focused()
        expect(page.locator("#scan-field")).to_have_value("")


@pytest.mark.urs("URS-31", "URS-54")
def test_two_people_check_a_vial_out_and_it_is_put_back(
    sign_in: OpenAs, committed_world: World
) -> None:
    world = committed_world
    vial = world.released()[0]
    page = sign_in(world.technician)
    page.goto(f"/vials/{vial.pk}/")

    page.get_by_role("link", name="Check out").click()
    expect(page.get_by_label("Scan the vial in your hand")).to_be_focused()
    page.keyboard.type(f"{vial.code}\n")  # as a scanner does
    expect(page.get_by_label("It leaves for")).to_be_focused()
    expect(page.get_by_label("Scan the vial in your hand")).to_have_value(vial.code)
    page.get_by_label("It leaves for").select_option(InternalPurpose.REARRANGE.value)
    page.get_by_label("Reason").fill("Rearranging")
    page.get_by_label("Your user ID").fill(world.technician.user_id)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_label("Second person’s user ID").fill(world.witness.user_id)
    page.get_by_label("Second person’s password").fill(PASSWORD)
    page.get_by_role("button", name="Check out").click()
    expect(page.get_by_text("is checked out, with you")).to_be_visible()

    page.get_by_role("link", name="Put back").click()
    page.get_by_label("Scan the vial in your hand").fill(vial.code)
    page.get_by_label("Reason").fill("Done")
    page.get_by_role("button", name="Put back").click()

    expect(page.get_by_text("is back in storage")).to_be_visible()
    assert Vial.objects.get(pk=vial.pk).custody == Custody.IN_STORAGE


def test_answers_without_javascript(sign_in: OpenAs, committed_world: World) -> None:
    vial = committed_world.released()[0]
    page = sign_in(committed_world.technician, java_script_enabled=False)
    page.goto("/scan/")

    page.get_by_label("Scan or type anything").fill(vial.code)
    page.get_by_role("button", name="Find").click()

    expect(page.get_by_role("link", name="Open the vial")).to_be_visible()
