"""The frame of the pages as somebody who is signed in uses it: menus, shortcut, theme, site."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.test_styleguide import faults, faults_in_every_look
from tests.world import World


@pytest.fixture
def open_as(
    new_page: Callable[..., Page], live_server: object, committed_world: World
) -> Callable[..., Page]:
    """Open the style guide as the technician of the world, who has signed in already."""

    def open_page(**options: object) -> Page:
        client = Client()
        client.force_login(committed_world.technician)
        page = new_page(**options)
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": str(live_server)}
        page.context.add_cookies([cookie])  # type: ignore[list-item]  # a plain dict will do
        page.goto("/styleguide/")
        return page

    return open_page


def test_has_no_fault_with_its_menu_open(
    open_as: Callable[..., Page], picture_of_look: Callable[[Page, str], None]
) -> None:
    page = open_as(bypass_csp=True)

    page.locator(".user-menu > summary").click()

    expect(page.get_by_role("group", name="Theme")).to_be_visible()
    assert faults_in_every_look(page, picture_of_look, "menu") == []
    expect(page.get_by_role("group", name="Theme")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("group", name="Theme")).to_be_hidden()


def test_focuses_the_scan_bar_with_a_slash(open_as: Callable[..., Page]) -> None:
    page = open_as()

    page.keyboard.press("/")

    expect(page.get_by_label("Scan or type anything")).to_be_focused()
    expect(page.get_by_label("Scan or type anything")).to_have_value("")


def test_leaves_the_slash_alone_when_shortcuts_are_off(open_as: Callable[..., Page]) -> None:
    page = open_as()
    page.locator(".user-menu > summary").click()
    page.get_by_role("group", name="Keyboard shortcuts").get_by_role("button", name="Off").click()
    expect(page.locator("body")).to_have_attribute("data-shortcuts", "off")

    page.keyboard.press("/")

    expect(page.get_by_label("Scan or type anything")).not_to_be_focused()


def test_keeps_the_chosen_theme_whatever_the_system_says(open_as: Callable[..., Page]) -> None:
    page = open_as(color_scheme="light")
    page.locator(".user-menu > summary").click()

    page.get_by_role("group", name="Theme").get_by_role("button", name="Dark").click()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page).to_have_url(f"{page.url.split('/styleguide/')[0]}/styleguide/")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_restores_separators_in_the_scan_bar_too(open_as: Callable[..., Page]) -> None:
    page = open_as()
    bar = page.get_by_label("Scan or type anything")
    bar.fill("]d2010999<GS>21X1")

    bar.press("Enter")

    page.wait_for_url("**/scan/?code=*")
    assert page.url.endswith("?code=%5Dd2010999%1D21X1")


def test_lets_somebody_choose_the_site(
    open_as: Callable[..., Page], committed_world: World
) -> None:
    page = open_as(bypass_csp=True)
    page.locator(".user-menu > summary").click()
    page.get_by_role("link", name="Change site").click()
    expect(page.get_by_role("heading", name="Where do you work now?")).to_be_visible()
    assert faults(page) == []

    page.get_by_role("button", name=committed_world.site.name).click()

    page.wait_for_url(lambda url: not url.endswith("/sites/"))


def test_skips_to_the_content(open_as: Callable[..., Page]) -> None:
    page = open_as()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#content")).to_be_focused()
