"""Step 4: quality decides with a signature; anybody finds place and verdict by one scan."""

from playwright.sync_api import expect

from inventory.models import Quality, Vial
from tests.browser.main_job.walk import Walk

PLACE = "LN2-01 › R1 › Box 1"


def release(walk: Walk) -> None:
    """Have the release role decide on the whole batch, by name and with a signature."""
    desk = walk.desk(walk.house.world.release)
    desk.go_to("Quality")
    desk.follow(walk.patient["batch_number"])
    desk.press("Release…")
    desk.write("Evidence", "Certificate CoA-28-04")
    walk.picture(desk, "4-judge-release")
    desk.sign("All criteria are met", "Sign")

    desk.told("is signed for 8 vials")
    vials = Vial.objects.filter(code__in=walk.codes)
    assert {vial.quality for vial in vials} == {Quality.RELEASED}


def find_vial(walk: Walk) -> None:
    """Scan a vial from any page: place, verdict and why, with the map of its box."""
    desk = walk.desk(walk.house.world.technician)
    desk.go_to("Dashboard")
    desk.look_up(walk.codes[0])
    expect(desk.page.locator(".thing-card")).to_contain_text(walk.coi)
    walk.picture(desk, "4-judge-scan")

    desk.follow("Open the vial")
    desk.told(f"{PLACE} › A1")
    _answers_grey(walk)
    here = desk.page.locator(".box-grid .spot-here")
    expect(here).to_have_accessible_name(f"A1: occupied, {walk.codes[0]}, {walk.coi}, this one")
    walk.picture(desk, "4-judge-vial")


def find_therapy(walk: Walk) -> None:
    """Look the patient up: the therapy's page answers for all vials."""
    desk = walk.desk(walk.house.world.technician)
    desk.look_up(walk.coi)
    desk.follow("Open the therapy")
    expect(desk.page.get_by_role("heading", level=1)).to_contain_text("Therapy")
    desk.told(PLACE)
    _answers_grey(walk)
    walk.picture(desk, "4-judge-therapy")


def _answers_grey(walk: Walk) -> None:
    """Insist on unknown, for the temperature and nothing else; what is missing is never green."""
    page = walk.desk(walk.house.world.technician).page
    expect(page.locator(".answer .verdict").first).to_contain_text("Unknown")
    findings = page.locator(".findings")
    expect(findings).to_contain_text("temperature", ignore_case=True)
