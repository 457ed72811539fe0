"""Saying anew whether a type of container is taken out."""

from datetime import timedelta

import pytest

from audit.errors import NotFound
from custody.actions.move_vials import move_vials
from custody.models import Lift
from custody.placements import Placement
from inventory.actions.change_lifting import change_lifting
from tests.browsing import Browser
from tests.factories.people import PASSWORD
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import NOON, World

pytestmark = pytest.mark.urs("URS-105", "URS-112")


def test_counts_from_now_on_and_leaves_what_happened(world: World) -> None:
    [vial] = world.stored()
    before = set(Lift.objects.values_list("pk", "lifted"))
    assert {lifted for _, lifted in before} == {world.rack.pk}

    kind = change_lifting(
        type_id=world.rack.type_id, is_lifted=False, intent=world.signs(world.admin)
    )
    move_vials(
        placements=[Placement(vial_id=vial.pk, position_id=world.place("C1").pk)],
        attribution=world.says(world.technician),
        at=NOON + timedelta(hours=1),
    )

    assert_signed_and_kept(kind, action="change_lifting")
    after = set(Lift.objects.values_list("pk", "lifted"))
    assert before < after
    assert {lifted for _, lifted in after - before} == {world.box.pk}, "the rack stays in its place"


def test_refuses_a_unit_what_is_so_already_and_everybody_else(world: World) -> None:
    admin = world.signs(world.admin)
    with refused("UNIT_LIFTED"):
        change_lifting(type_id=world.tank.type_id, is_lifted=True, intent=admin)
    with refused("NOTHING_CHANGES"):
        change_lifting(type_id=world.rack.type_id, is_lifted=None, intent=admin)
    with pytest.raises(NotFound):
        change_lifting(type_id=0, is_lifted=True, intent=admin)
    with unauthorised():
        change_lifting(type_id=world.rack.type_id, is_lifted=False, intent=world.signs(world.qa))


def test_is_signed_from_the_list_of_types(world: World, client: Browser) -> None:
    client.force_login(world.admin)
    address = f"/configure/types/{world.rack.type_id}/lifting/"
    assert address in client.get("/configure/types/").text

    posted = client.post(
        address,
        {
            "is_lifted": "no",
            "user_id": world.admin.user_id,
            "password": PASSWORD,
            "reason": "These racks stand still; drawers are pulled",
        },
    )

    assert posted.status_code == 302, posted.text
    world.rack.type.refresh_from_db()
    assert world.rack.type.is_lifted is False
