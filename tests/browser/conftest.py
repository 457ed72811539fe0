"""The browser of the walks: one Chromium for the run, one fresh profile for each person."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import Person
from tests.browser.pictures import keep_nothing, keep_picture, pictures_are_wanted
from tools.browser import FLAGS, find_browser

# Playwright's sync API runs an event loop in this thread; Django's own check would forbid the
# database there, although nothing of ours is asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, so that `-m "not browser"` leaves them out."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the whole run, with an empty profile of its own."""
    path = find_browser()
    assert path is not None, "No Chromium: run `make test`, which brings one."
    with (
        tempfile.TemporaryDirectory(prefix="freezer-inventory-profile-") as home,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(
            executable_path=path,
            args=list(FLAGS),
            env={**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home},
        )
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser, live_server: object) -> Iterator[Callable[..., Page]]:
    """Open pages of separate people: each call is a fresh profile with its own session."""
    contexts: list[BrowserContext] = []

    def open_page(**options: object) -> Page:
        context = browser.new_context(base_url=str(live_server), locale="en-GB", **options)  # type: ignore[arg-type]  # Playwright's own options
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One page of one person, on the live server."""
    return new_page()


@pytest.fixture
def sign_in(new_page: Callable[..., Page], live_server: object) -> Callable[..., Page]:
    """Open a page as somebody who has signed in already."""

    def open_page(person: Person, **options: object) -> Page:
        client = Client()
        client.force_login(person)
        page = new_page(**options)
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": str(live_server)}
        page.context.add_cookies([cookie])  # type: ignore[list-item]  # a plain dict will do
        return page

    return open_page


@pytest.fixture
def screenshot() -> Callable[[Page, str], None]:
    """Keep a picture of a page for the docs when somebody wants it: `PICTURES=on`."""
    return keep_picture if pictures_are_wanted() else keep_nothing


@pytest.fixture
def picture_of_look() -> Callable[[Page, str], None]:
    """Keep a picture of each look at a page when somebody wants to see them: `LOOKS=on`."""
    return keep_picture if os.environ.get("LOOKS") == "on" else keep_nothing
