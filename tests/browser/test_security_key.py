"""A security key is enrolled on its page, and the next sign-in asks for it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Person, SecurityKey
from tests.factories.people import PASSWORD
from tests.world import World

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": False,
    "automaticPresenceSimulation": True,
}


def sign_in(page: Page, person: Person) -> None:
    """Give user ID and password."""
    page.goto("/accounts/sign-in/")
    page.get_by_label("User ID").fill(person.user_id)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.urs("URS-21")
def test_a_key_is_enrolled_and_opens_the_next_sign_in(
    page: Page, committed_world: World, screenshot: Callable[[Page, str], None]
) -> None:
    qa = committed_world.qa
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    sign_in(page, qa)
    page.goto("/accounts/keys/")

    page.get_by_label("Name of the key").fill("Blue key")
    page.get_by_role("button", name="Enrol a key").click()
    expect(page.get_by_role("button", name="Remove Blue key")).to_be_visible()
    screenshot(page, "security-keys")
    page.context.clear_cookies()
    sign_in(page, qa)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("button", name="Use your security key").click()

    expect(page.get_by_role("navigation", name="Sections")).to_be_visible()
    counted = SecurityKey.objects.get(person=qa)
    assert counted.counted.count > 0
