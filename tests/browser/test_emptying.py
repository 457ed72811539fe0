"""A tank is emptied with a scanner and the keyboard alone, in a browser that dies on the way."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from custody.models import EmptiedRack
from tests.browser.test_put_away import bench_of, scan
from tests.browser.test_styleguide import WIDE, faults_in_every_look
from tests.custody.emptying import begun, second_rack, stored_in, unit
from tests.world import World


@pytest.mark.urs("URS-105", "URS-112")
def test_racks_are_carried_by_scans_and_a_reload_goes_on(
    page: Page,
    live_server: object,
    committed_world: World,
    picture_of_look: Callable[[Page, str], None],
) -> None:
    world = committed_world
    rack, box = second_rack(world)
    world.released(2)
    stored_in(world, box)
    other, row = unit(world), begun(world)
    bench_of(world, page, live_server)
    page.goto(f"/storage/emptying/{row.pk}/")
    expect(page.locator("#scan-field")).to_be_focused()

    scan(page, world.rack.code)
    expect(page.locator("[data-clock]")).to_be_visible()
    expect(page.locator("#scan-field")).to_be_focused()
    page.reload()
    expect(page.locator("#now-title")).to_contain_text("Put R1 away")
    expect(page.locator("#scan-field")).to_be_focused()
    assert faults_in_every_look(page, picture_of_look, "emptying") == []
    page.set_viewport_size(WIDE)
    scan(page, other.code)
    expect(page.locator(".accepted")).to_contain_text("R1 is put down")
    scan(page, world.rack.code)
    expect(page.locator("[data-refusal='MOVED_ALREADY']")).to_be_visible()
    page.wait_for_timeout(600)  # a person reads it, where a scanner does not
    page.keyboard.press("Enter")
    scan(page, rack.code)
    scan(page, other.code)

    expect(page.locator("#now-title")).to_contain_text("Ended.")
    assert EmptiedRack.objects.filter(to_unit=other).count() == 2
