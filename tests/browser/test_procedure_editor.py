"""The editor of procedures by keyboard alone: add, fill in, move, see the preview, save."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from sop.actions.begin_procedure import begin_procedure
from sop.library import library
from sop.models import ProcedureVersion
from tests.browser.test_styleguide import PHONE, WIDE, faults
from tests.world import World

OpenPage = Callable[..., Page]


def at_the_editor(world: World, page: Page, live_server: object, code: str) -> ProcedureVersion:
    """Open the editor of a new draft as its author, who has signed in already."""
    version = begin_procedure(document=library()[code], by=world.says(world.supervisor))
    client = Client()
    client.force_login(world.supervisor)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": str(live_server)}
    page.context.add_cookies([cookie])  # type: ignore[list-item]  # a plain dict will do
    page.goto(f"/procedures/{version.procedure_id}/versions/1/edit/")
    expect(page.locator("html[data-ready]")).to_be_attached()
    return version


def drag_down(page: Page, step: str, *, onto: str) -> None:
    """Take a step by its handle and let it go below another one, as a mouse does."""
    page.evaluate("window.scrollTo(0, 0)")
    handle = page.locator(f"[data-step={step}] [data-drag]").bounding_box()
    target = page.locator(f"[data-step={onto}] .editor-head").bounding_box()
    assert handle is not None
    assert target is not None
    page.mouse.move(handle["x"] + 8, handle["y"] + 8)
    page.mouse.down()
    page.mouse.move(handle["x"] + 20, handle["y"] + 40, steps=4)
    page.mouse.move(target["x"] + 20, target["y"] + 20, steps=4)
    page.mouse.up()


@pytest.mark.urs("URS-08")
def test_is_edited_by_keyboard_alone_and_loses_no_text(
    new_page: OpenPage,
    live_server: object,
    committed_world: World,
    screenshot: Callable[[Page, str], None],
) -> None:
    page = new_page(viewport=WIDE, color_scheme="light", bypass_csp=True)
    version = at_the_editor(committed_world, page, live_server, "SOP-ST-002")

    page.locator("#add_new_kind").focus()
    page.keyboard.type("Text")
    page.keyboard.press("Tab")
    page.keyboard.type("Name the helper")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[id='id_name-the-helper.title']")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[id='id_name-the-helper.title']")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" today")
    expect(page.locator("#preview-result")).to_contain_text("Name the helper today")
    expect(page.locator("#preview-result")).to_contain_text("no scan takes the vial up")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#preview-result")).to_contain_text("Nothing keeps it from approval")

    drag_down(page, "ppe", onto="oxygen")
    expect(page.locator(".editor-step").nth(1)).to_have_attribute("data-step", "ppe")
    expect(page.locator("#preview-result")).to_contain_text("Step 2 · Instruction to confirm")

    page.wait_for_timeout(1500)  # longer than the editor waits before it keeps what was typed
    expect(page.locator("#kept-result")).to_contain_text("Kept for you at")
    page.evaluate("sessionStorage.clear()")  # as after the browser died
    page.reload()
    expect(page.locator(".kept-text").first).to_contain_text("Taken up where you left it.")
    expect(page.locator("[id='id_name-the-helper.title']")).to_have_value("Name the helper today")
    page.locator("button[value=save]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".accepted")).to_contain_text("Saved.")

    version.refresh_from_db()
    assert version.document["steps"][-1]["title"] == "Name the helper today"
    assert version.document["steps"][-1]["key"] == "name-the-helper"
    assert version.document["steps"][1]["key"] == "ppe"
    screenshot(page, "procedure-editor-wide-light")
    for address in ("edit/", ""):
        page.goto(f"/procedures/{version.procedure_id}/versions/1/{address}")
        assert faults(page) == []
    page.set_viewport_size(PHONE)
    assert faults(page) == []
