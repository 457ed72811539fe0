"""Receipts, quality, retrievals, audit and reports: no fault, no overflow, light and dark."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Person
from audit.models import Change
from custody.actions.place_hold import place_hold
from custody.models import HoldScope
from temperature.models import Excursion
from temperature.watching import judge_readings
from tests.browser.test_styleguide import faults_of_pages
from tests.factories.people import PASSWORD
from tests.factories.temperature import MINUTE, LimitVersionFactory, arrived, fitted_probe
from tests.orders import Orders
from tests.world import NOON, World

OpenAs = Callable[..., Page]


def paths(world: World) -> dict[str, tuple[Person, str]]:
    """Bring an order to each state and a batch to each; name the pages that show them."""
    orders = Orders(world)
    requested = orders.requested(world.released(2)).pk
    claimed = orders.claimed(world.released(2)).pk
    picked = orders.picked(world.released(1)).pk
    handed = orders.handed_over(world.released(2)).pk
    expected, stored = world.expected(4)[0], world.stored(3)[0]
    hold = place_hold(
        scope=HoldScope.BATCH,
        subject=world.stored(2)[0].batch.number,
        intent=world.signs(world.qa),
        at=NOON,
    )
    change = Change.objects.filter(action="check_out_vials").latest("pk").pk
    cold = fitted_probe(world.tank)
    LimitVersionFactory.create(profile__unit=world.tank)
    arrived(cold, [-190.0, -120.0], start=timezone.now() - MINUTE, at=timezone.now())
    judge_readings(at=timezone.now())
    excursion = Excursion.objects.latest("pk").pk
    floor, qa, release = world.technician, world.qa, world.release
    return {
        "receipts": (floor, "/batches/"),
        "receipt-batch": (floor, f"/batches/{stored.batch_id}/"),
        "receipt-receive": (floor, f"/batches/{expected.batch_id}/receive/"),
        "quality": (qa, "/quality/"),
        "quality-holds": (qa, "/quality/?show=holds"),
        "quality-vials": (release, f"/quality/vials/?batch={stored.batch_id}"),
        "quality-hold": (world.qa2, f"/quality/holds/{hold.pk}/"),
        "quality-new-hold": (qa, "/quality/holds/new/"),
        "retrievals": (floor, "/retrievals/"),
        "retrieval-requested": (floor, f"/retrievals/{requested}/"),
        "retrieval-claimed": (floor, f"/retrievals/{claimed}/"),
        "retrieval-picklist": (floor, f"/retrievals/{claimed}/pick-list/"),
        "retrieval-pick": (floor, f"/retrievals/{claimed}/pick/"),
        "retrieval-witness": (floor, f"/retrievals/{claimed}/witness/"),
        "retrieval-picked": (floor, f"/retrievals/{picked}/"),
        "retrieval-hand-over": (floor, f"/retrievals/{picked}/hand-over/"),
        "retrieval-handed-over": (floor, f"/retrievals/{handed}/"),
        "retrieval-arrival": (floor, f"/retrievals/{handed}/arrival/"),
        "audit": (qa, "/audit/"),
        "audit-change": (qa, f"/audit/{change}/"),
        "audit-refused": (qa, "/audit/refused/"),
        "reports": (qa, "/reports/"),
        "temperature": (floor, "/temperature/"),
        "temperature-unit": (floor, f"/temperature/units/{world.tank.pk}/"),
        "quality-excursion": (qa, f"/quality/excursions/{excursion}/"),
        "source-modbus": (world.admin, "/configure/feeds/add/modbus_tcp/"),
    }


def test_has_no_fault_and_does_not_overflow(
    sign_in: OpenAs, committed_world: World, picture_of_look: Callable[[Page, str], None]
) -> None:
    assert faults_of_pages(paths(committed_world), sign_in, picture_of_look) == {}


@pytest.mark.urs("URS-29", "URS-89")
def test_another_patients_vial_stops_the_pick_until_somebody_has_read_why(
    sign_in: OpenAs, committed_world: World, screenshot: Callable[[Page, str], None]
) -> None:
    mine, other = committed_world.released(1), committed_world.released(1)[0]
    order = Orders(committed_world).claimed(mine)
    page = sign_in(committed_world.technician)
    page.goto(f"/retrievals/{order.pk}/pick/")
    expect(page.locator("#scan-field")).to_be_focused()

    page.keyboard.type(other.code)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="STOP: another patient’s vial")).to_be_visible()
    screenshot(page, "retrieval-hard-stop")
    page.get_by_role("button", name="I have read this").click()
    page.keyboard.type(mine[0].code)
    page.keyboard.press("Enter")
    expect(page.locator(".accepted")).to_contain_text("Right vial")


@pytest.mark.urs("URS-31")
def test_two_people_pick_on_one_screen_and_both_sign(
    sign_in: OpenAs, committed_world: World
) -> None:
    vials = committed_world.released(1)
    order = Orders(committed_world).claimed(vials)
    page = sign_in(committed_world.technician)
    page.goto(f"/retrievals/{order.pk}/pick/")
    page.keyboard.type(vials[0].code)
    page.keyboard.press("Enter")
    expect(page.locator(".instruction")).to_contain_text("Now the witness joins")

    page.get_by_role("link", name="Join as the witness").click()
    page.get_by_label("User id").fill(committed_world.witness.user_id)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign: Witnessed").click()
    expect(page.locator("#scan-field")).to_be_focused()
    page.keyboard.type(vials[0].code)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Sign the check-out").click()
    page.get_by_label("Reason").fill("As ordered")
    page.get_by_label("Your user ID").fill(committed_world.technician.user_id)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_label("Second person’s user ID").fill(committed_world.witness.user_id)
    page.get_by_label("Second person’s password").fill(PASSWORD)
    page.get_by_role("button", name="Sign and check out 1 vial").click()

    expect(page.locator("[data-clock-shown]")).to_contain_text("0:0")
