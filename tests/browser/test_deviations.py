"""A deviation's life by keyboard alone: reported, assessed, and closed by somebody else."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from audit.models import Meaning
from sop.actions.classify_deviation import classify_deviation
from sop.actions.record_investigation import Findings, record_investigation
from sop.actions.request_closure import request_closure
from sop.models import Classification, Deviation, DeviationStatus, Impact
from tests.factories.people import PASSWORD
from tests.world import NOON, World

MOST_TABS = 80


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until a field, a link or a button has the focus."""
    there = wanted.element_handle()
    for _ in range(MOST_TABS):
        if page.evaluate("wanted => document.activeElement === wanted", there):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} cannot be reached with Tab")


def arrive(page: Page, address: str) -> None:
    """Open a page and leap over the navigation."""
    page.goto(address)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def enter(page: Page, label: str, text: str) -> None:
    """Go to a field and type into it."""
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.type(text)


def press(page: Page, role: str, name: str) -> None:
    """Go to a link or a button and press Enter on it."""
    tab_to(page, page.get_by_role(role, name=name, exact=True))  # type: ignore[arg-type]  # a role
    page.keyboard.press("Enter")


def sign(page: Page, user_id: str, button: str) -> None:
    """Sign the sheet that is open."""
    enter(page, "Reason", "Looked at it")
    enter(page, "Your user ID", user_id)
    enter(page, "Your password", PASSWORD)
    press(page, "button", button)


@pytest.mark.urs("URS-43", "URS-113")
def test_is_opened_assessed_and_closed_by_keyboard(
    sign_in: Callable[..., Page], committed_world: World
) -> None:
    world = committed_world
    [vial] = world.expected()
    page = sign_in(world.technician)
    arrive(page, "/quality/deviations/")
    press(page, "link", "Report a deviation")
    enter(page, "In one line", "A lid stood open")
    enter(page, "What happened", "For two minutes.")
    tab_to(page, page.locator("#id_vials"))
    page.keyboard.type(vial.code)
    press(page, "button", "Report a deviation")
    expect(page.get_by_role("heading", level=1)).to_contain_text("A lid stood open")
    deviation = Deviation.objects.get()

    page = sign_in(world.qa)
    arrive(page, f"/quality/deviations/{deviation.pk}/")
    press(page, "link", "Assess the vials")
    tab_to(page, page.get_by_label(f"Impact on {vial.code}"))
    page.keyboard.type("No impact")
    tab_to(page, page.get_by_label(f"Why, for {vial.code}"))
    page.keyboard.type("It stayed cold.")
    sign(page, world.qa.user_id, "Sign the assessment")
    expect(page.locator("#vials")).to_contain_text("It stayed cold.")
    wait_for_closure(world, deviation)

    page = sign_in(world.qa2)
    arrive(page, f"/quality/deviations/{deviation.pk}/")
    press(page, "link", "Close")
    sign(page, world.qa2.user_id, "Sign and close")
    expect(page.get_by_role("link", name="Open again")).to_be_visible()

    deviation.refresh_from_db()
    assert (deviation.status, deviation.closed_by) == (DeviationStatus.CLOSED, world.qa2)
    assert deviation.vials.get().impact == Impact.NONE


def wait_for_closure(world: World, deviation: Deviation) -> None:
    """Classify and investigate it, and ask for its closure."""
    classify_deviation(
        deviation_id=deviation.pk,
        classification=Classification.MINOR,
        intent=world.signs(world.qa, meaning=Meaning.REVIEWED),
        at=NOON,
    )
    found = Findings(investigation="The hinge was stiff.", disposition="The hinge is oiled.")
    says = world.says(world.supervisor)
    record_investigation(deviation_id=deviation.pk, findings=found, attribution=says)
    request_closure(deviation_id=deviation.pk, attribution=says)
