"""Step 3: every vial is put away by two scans; a wrong one stops."""

from collections.abc import Sequence

from playwright.sync_api import expect

from inventory.models import Vial
from tests.browser.main_job.walk import Walk


def put_away(walk: Walk, labels: Sequence[str]) -> None:
    """Scan vial, scan box, next, with what the printed labels say; hold one above a rack."""
    world = walk.house.world
    desk = walk.desk(world.technician)
    desk.page.goto("/put-away/")
    for label in labels[:-1]:
        desk.scan(label)
        desk.scan(world.box.code)
        expect(desk.page.locator(".accepted")).to_contain_text("Stored in")
    desk.scan(labels[-1])
    walk.picture(desk, "3-store")

    desk.scan(world.rack.code)
    expect(desk.refused.locator(".compare dd")).to_have_text([world.box.code, world.rack.code])
    walk.picture(desk, "3-store-stopped")
    assert Vial.objects.get(code=labels[-1]).position_id is None
    desk.read_refusal("box")
    desk.scan(world.box.code)

    expect(desk.page.locator(".big-count")).to_contain_text("8 of 8 stored")
    desk.told("Everything that was in your hands is stored.")
    walk.picture(desk, "3-stored")
    assert Vial.objects.filter(code__in=labels, position__container=world.box).count() == 8
