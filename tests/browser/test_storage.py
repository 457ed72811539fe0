"""Storage, labels, configuration and people: no fault, no overflow, light and dark."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, ViewportSize

from accounts.models import Person
from custody.actions.place_hold import place_hold
from custody.models import HoldScope
from inventory.actions.block_position import block_position
from tests.browser.test_styleguide import PHONE, WIDE, faults
from tests.world import NOON, World

OpenPage = Callable[..., Page]


def paths(world: World) -> dict[str, tuple[Person, str]]:
    """Bring places into several states; name the pages that show them."""
    stored = world.stored(12)
    world.checked_out(world.released(2))
    place_hold(
        scope=HoldScope.VIALS,
        subject=stored[0].code,
        intent=world.signs(world.qa),
        at=NOON,
    )
    block_position(position_id=world.place("J9").pk, intent=world.signs(world.supervisor))
    floor, admin = world.technician, world.admin
    box, rack, tank = world.box.pk, world.rack.pk, world.tank.pk
    return {
        "storage": (floor, "/storage/"),
        "storage-box": (floor, f"/storage/{box}/"),
        "storage-rack": (admin, f"/storage/{rack}/"),
        "storage-tank": (world.qa, f"/storage/{tank}/"),
        "storage-moves": (floor, f"/storage/{box}/moves/"),
        "storage-past": (floor, f"/storage/{tank}/past/?at=2026-11-20T13:30"),
        "storage-move": (floor, f"/storage/{box}/move/"),
        "storage-block": (world.supervisor, f"/storage/{box}/block/"),
        "labels": (floor, f"/labels/batches/{stored[0].batch_id}/"),
        "configure": (admin, "/configure/"),
        "configure-types": (admin, "/configure/types/"),
        "configure-type": (admin, "/configure/types/add/"),
        "configure-products": (admin, "/configure/products/"),
        "configure-limits": (world.qa, f"/configure/products/{stored[0].batch.product_id}/limits/"),
        "people": (admin, "/configure/people/"),
        "person": (admin, f"/configure/people/{floor.pk}/"),
        "person-add": (admin, "/configure/people/add/"),
    }


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_has_no_fault_and_does_not_overflow(
    new_page: OpenPage,
    live_server: object,
    committed_world: World,
    screenshot: Callable[[Page, str], Path],
    size: ViewportSize,
    scheme: str,
) -> None:
    found: dict[str, object] = {}
    for name, (person, path) in paths(committed_world).items():
        client = Client()
        client.force_login(person)
        page = new_page(viewport=size, color_scheme=scheme, bypass_csp=True)
        cookie = settings.SESSION_COOKIE_NAME
        value = {"name": cookie, "value": client.cookies[cookie].value, "url": str(live_server)}
        page.context.add_cookies([value])  # type: ignore[list-item]  # a plain dict will do
        page.goto(path)
        screenshot(page, f"{name}-{size['width']}-{scheme}")
        # else the bar at the bottom covers what stands behind it
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": size["width"], "height": height + 100})
        fits = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        problems = faults(page)
        if problems or not fits:
            found[name] = (problems, "fits" if fits else "overflows")
        page.context.close()

    assert found == {}
