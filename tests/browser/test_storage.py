"""Storage, labels, configuration and people: no fault, no overflow, light and dark."""

from collections.abc import Callable

from playwright.sync_api import Page

from accounts.models import Person
from custody.actions.place_hold import place_hold
from custody.models import HoldScope
from inventory.actions.block_position import block_position
from tests.browser.test_styleguide import faults_of_pages
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


def test_has_no_fault_and_does_not_overflow(
    sign_in: OpenPage, committed_world: World, picture_of_look: Callable[[Page, str], None]
) -> None:
    assert faults_of_pages(paths(committed_world), sign_in, picture_of_look) == {}
