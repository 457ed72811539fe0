"""A run as a scanner and a keyboard drive it: no mouse, no click, and as few scans as can be."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from inventory.models import Vial
from sop.action import Action
from sop.library import library
from sop.models import Execution, ExecutionStatus, ProcedureVersion
from tests.browser.test_put_away import scan
from tests.browser.test_styleguide import WIDE, faults_in_every_look
from tests.factories.procedures import govern, in_force, train
from tests.world import World

COUNT_CLICKS = """
    window.clicks = 0;
    document.addEventListener("pointerdown", () => { window.clicks += 1; }, true);
"""


def put_away_of_the_library(world: World) -> ProcedureVersion:
    """Let the library's put-away govern placing, and the technician be trained for it."""
    said = library()["SOP-ST-002"]
    said = said.model_copy(
        update={"training": said.training.model_copy(update={"assessment": False})}
    )
    version = in_force(said, author=world.supervisor, approver=world.qa)
    govern(Action.PLACE_VIALS, version)
    train(world.technician, version)
    return version


def started(world: World, sign_in: Callable[..., Page], **options: object) -> Page:
    """Start the put-away with the keyboard, from the list of runs."""
    page = sign_in(world.technician, **options)
    page.add_init_script(COUNT_CLICKS)
    page.goto("/runs/")
    page.get_by_role("button", name="Start Put vials away").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#scan-field")).to_be_focused()
    return page


@pytest.mark.urs("URS-23", "URS-26", "URS-29")
def test_puts_twenty_vials_away_by_the_library_with_scans_only(
    sign_in: Callable[..., Page],
    committed_world: World,
    screenshot: Callable[[Page, str], None],
) -> None:
    world = committed_world
    vials = world.received(20)
    put_away_of_the_library(world)
    page = started(world, sign_in)
    before = ["FZ-DONE", "20.9", world.box.code, "-185", "FZ-DONE"]
    expect(page.locator("#now-title")).to_contain_text("Put on protective equipment")

    entries = 0
    for entry in before:
        enter(page, entry)
        entries += 1
    for vial in vials:
        scan(page, vial.code)
        expect(page.locator(".in-hand-full")).to_be_visible()
        scan(page, world.box.code)
        expect(page.locator(".accepted")).to_contain_text("Stored in")
        entries += 2
    screenshot(page, "run-twenty")
    scan(page, "FZ-DONE")
    entries += 1

    expect(page.locator("#now-title")).to_contain_text("Every step is done")
    assert Vial.objects.filter(position__container=world.box).count() == 20
    assert Execution.objects.get().status == ExecutionStatus.COMPLETED
    assert page.evaluate("window.clicks") == 0
    fewest = 2 * len(vials) + len(library()["SOP-ST-002"].steps) - 2
    assert entries == fewest  # each vial and its place once, each step of the session once


def enter(page: Page, number: str) -> None:
    """Enter a number in the scan field."""
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.keyboard.type(number)
        page.keyboard.press("Enter")


@pytest.mark.urs("URS-29", "URS-89", "URS-113")
def test_another_patients_vial_stops_until_it_is_read(
    sign_in: Callable[..., Page],
    committed_world: World,
    screenshot: Callable[[Page, str], None],
) -> None:
    world = committed_world
    [vial, _], [stranger] = world.received(2), world.received()
    put_away_of_the_library(world)
    page = started(world, sign_in)
    for entry in ("FZ-DONE", "20.9", world.box.code, "-185", "FZ-DONE"):
        enter(page, entry)
    scan(page, vial.code)
    scan(page, world.box.code)

    scan(page, stranger.code)

    expect(page.locator("[data-refusal='STEP_FAILED']")).to_contain_text("STOP.")
    screenshot(page, "run-stopped")
    page.keyboard.type(vial.code)
    page.keyboard.press("Tab")
    assert Execution.objects.get().vial_in_hand_id is None
    page.wait_for_timeout(2_000)  # a key right after a scan is no person's answer
    page.get_by_role("button", name="I have read this").press("Enter")
    scan(page, vial.code)
    expect(page.locator("[data-refusal='DONE_ALREADY']")).to_be_visible()


def test_has_no_fault_and_does_not_overflow(
    sign_in: Callable[..., Page],
    committed_world: World,
    picture_of_look: Callable[[Page, str], None],
) -> None:
    world = committed_world
    vial, _ = world.received(2)
    put_away_of_the_library(world)
    page = started(world, sign_in, viewport=WIDE, bypass_csp=True)
    faults = faults_in_every_look(page, picture_of_look, "run-first")
    for entry in ("FZ-DONE", "20.9", world.box.code, "-185", "FZ-DONE"):
        enter(page, entry)
    scan(page, vial.code)
    expect(page.locator(".in-hand-full")).to_be_visible()
    faults += faults_in_every_look(page, picture_of_look, "run-vial")
    page.goto("/runs/")
    faults += faults_in_every_look(page, picture_of_look, "runs")

    assert not faults, faults
