"""A page covers itself at the limit, keeps what is typed in it, and goes on with the password."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.access_rules import Limits
from accounts.sessions import SessionStore
from tests.factories.people import PASSWORD
from tests.world import World

IDLE = timedelta(minutes=Limits().idle_minutes)


@pytest.mark.urs("URS-19")
def test_the_page_is_covered_and_keeps_what_was_typed(
    new_page: Callable[..., Page],
    live_server: object,
    committed_world: World,
    screenshot: Callable[[Page, str], None],
) -> None:
    client = Client()
    client.force_login(committed_world.qa)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    page = new_page()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": str(live_server)}
    page.context.add_cookies([cookie])  # type: ignore[list-item]  # a plain dict will do
    page.clock.install()
    page.goto("/quality/holds/new/")
    page.get_by_label("Reason").fill("Half a sentence")
    session = SessionStore(key)
    session["seen_at"] = (timezone.now() - IDLE).isoformat()
    session.save()

    page.clock.fast_forward(int(IDLE.total_seconds() * 1000) + 1000)

    cover = page.get_by_role("dialog", name="This session is locked")
    expect(cover).to_be_visible()
    expect(page.get_by_role("main")).to_be_hidden()
    screenshot(page, "session-locked")
    password = cover.get_by_label("Password of")
    expect(password).to_be_focused()
    password.fill("not it")
    cover.get_by_role("button", name="Go on").click()
    expect(cover.get_by_role("alert")).to_contain_text("not the password")
    password.fill(PASSWORD)
    cover.get_by_role("button", name="Go on").click()
    expect(cover).to_be_hidden()
    expect(page.get_by_label("Reason")).to_have_value("Half a sentence")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
