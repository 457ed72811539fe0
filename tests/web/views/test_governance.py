"""Which procedure governs what on screen: seen by many, set by quality."""

import pytest

from audit.changes import machine_change
from sop.action import Action
from sop.models import Governance
from tests.browsing import Browser
from tests.factories.inventory import ProductFactory
from tests.factories.people import PASSWORD
from tests.factories.procedures import LONG_AGO, document, govern, in_force
from tests.world import World

pytestmark = pytest.mark.urs("URS-23", "URS-25")
TABLE, SET = "/configure/procedures/", "/configure/procedures/set/"


def test_shows_the_rules_and_says_in_words_what_is_not_governed(
    world: World, client: Browser
) -> None:
    version = in_force(document(), author=world.qa2, approver=world.release)
    retired = in_force(document(code="SOP-OLD"), author=world.qa2, approver=world.release)
    govern(Action.PACK_VIALS, retired, site=world.site)
    unseen = ProductFactory.create()
    govern(Action.PLACE_VIALS, version, product=unseen, program=unseen.program)
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        retired.procedure.retired_at = LONG_AGO
        retired.procedure.save(update_fields=["retired_at"])
        row = Governance.objects.standing().get(action=Action.MOVE_VIALS)
        row.ended_at = LONG_AGO
        row.save(update_fields=["ended_at"])
    client.force_login(world.qa)

    page = client.get(TABLE).text

    assert "1 action not governed" in page
    assert "Not governed: it is refused" in page
    assert "no version in force: it is refused" in page
    assert f"site {world.site.name}" in page
    assert f"{SET}?action=move_vials" in page
    assert unseen.code not in page, "a sponsor that the viewer does not know"
    client.force_login(world.admin)
    page = client.get(TABLE).text
    assert unseen.code in page
    assert SET not in page, "administrators see the rules, quality sets them"


def test_quality_sets_several_in_one_sheet(world: World, client: Browser) -> None:
    version = in_force(document(), author=world.qa2, approver=world.release)
    client.force_login(world.qa)
    entered = {
        "user_id": world.qa.user_id,
        "password": PASSWORD,
        "reason": "The procedure is in force",
        "actions": ["place_vials", "pack_vials"],
        "procedure": version.procedure_id,
        "way": "instead",
        "site": world.site.pk,
    }

    refused = client.post(SET, entered | {"follows": "run"})
    done = client.post(SET, entered | {"follows": "screen"})

    assert refused.status_code == 409
    assert "has no step that does" in refused.text
    assert done.status_code == 302, done.text
    rows = Governance.objects.standing().filter(site=world.site)
    assert {(row.action, row.follows) for row in rows} == {
        ("place_vials", "screen"),
        ("pack_vials", "screen"),
    }
    assert "SOP-T-001" in client.get(TABLE).text
