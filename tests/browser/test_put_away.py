"""The put-away as a scanner drives it: twenty vials by scans alone, and a wrong box stops it."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from inventory.models import Vial
from tests.browser.test_styleguide import WIDE, faults_in_every_look
from tests.world import World, fresh

OpenPage = Callable[..., Page]
SYMBOLOGY = "]d1"


def bench_of(world: World, page: Page, live_server: object) -> Page:
    """Open the put-away as the technician, who has signed in already."""
    client = Client()
    client.force_login(world.technician)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": str(live_server)}
    page.context.add_cookies([cookie])  # type: ignore[list-item]  # a plain dict will do
    page.goto("/put-away/")
    expect(page.locator("#scan-field")).to_be_focused()
    return page


def scan(page: Page, code: str) -> None:
    """
    Type a code as a wedge scanner does and wait for the answer.

    The scanner sends its symbology identifier, so that a slow machine does not make it a person.
    """
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.keyboard.type(f"{SYMBOLOGY}{code}")
        page.keyboard.press("Enter")


@pytest.mark.urs("URS-106")
def test_puts_twenty_vials_away_with_scans_only(
    page: Page,
    live_server: object,
    committed_world: World,
    screenshot: Callable[[Page, str], None],
) -> None:
    world = committed_world
    vials = world.received(20)
    bench_of(world, page, live_server)

    for vial in vials:
        scan(page, vial.code)
        expect(page.locator(".in-hand-full")).to_be_visible()
        scan(page, world.box.code)
        expect(page.locator(".accepted")).to_contain_text("Stored in")

    expect(page.locator(".big-count")).to_contain_text("20 of 20 stored")
    screenshot(page, "put-away-twenty")
    assert [vial.position_id is not None for vial in fresh(vials)] == [True] * 20
    assert Vial.objects.filter(position__container=world.box).count() == 20


@pytest.mark.urs("URS-29", "URS-89")
def test_a_wrong_box_stops_until_the_panel_is_read(
    page: Page,
    live_server: object,
    committed_world: World,
    screenshot: Callable[[Page, str], None],
) -> None:
    world = committed_world
    vial = world.received(1)[0]
    bench_of(world, page, live_server)
    scan(page, vial.code)

    scan(page, world.rack.code)

    expect(page.locator("[data-refusal='NOT_A_BOX']")).to_be_visible()
    screenshot(page, "put-away-refused")
    page.keyboard.type(world.box.code)
    page.keyboard.press("Tab")
    assert fresh([vial])[0].position_id is None
    page.get_by_role("button", name="I have read this").click()
    scan(page, world.box.code)
    expect(page.locator(".accepted")).to_contain_text("Stored in A1")


@pytest.mark.urs("URS-04")
def test_asks_again_for_a_code_typed_at_a_persons_pace(
    page: Page, live_server: object, committed_world: World
) -> None:
    vial = committed_world.received(1)[0]
    bench_of(committed_world, page, live_server)

    page.keyboard.type(vial.code, delay=120)
    page.keyboard.press("Enter")
    expect(page.locator(".asked")).to_contain_text("Type it once more")
    page.keyboard.type(vial.code, delay=120)
    page.keyboard.press("Enter")

    expect(page.locator(".in-hand-full")).to_be_visible()


def test_has_no_fault_and_does_not_overflow(
    new_page: OpenPage,
    live_server: object,
    committed_world: World,
    picture_of_look: Callable[[Page, str], None],
) -> None:
    world = committed_world
    first, second = world.received(2)
    page = new_page(viewport=WIDE, bypass_csp=True)
    bench_of(world, page, live_server)
    scan(page, first.code)
    scan(page, world.box.code)
    scan(page, second.code)
    expect(page.locator(".in-hand-full")).to_be_visible()

    assert faults_in_every_look(page, picture_of_look, "put-away") == []
