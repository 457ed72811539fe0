"""Emergency work on screen: begun and ended by signature, and said on every page meanwhile."""

import pytest

from sop.models import EmergencyWork
from tests.browsing import Browser
from tests.factories.people import PASSWORD, PersonFactory
from tests.web.views.test_readiness import screen_of
from tests.world import World
from web.emergency_work_warning import Memory

pytestmark = pytest.mark.urs("URS-23")
BANNER = "Emergency work at"


def signed(user_id: str, **fields: object) -> dict[str, object]:
    """Fill in what somebody enters to sign."""
    return {"user_id": user_id, "password": PASSWORD, "reason": "The tank fails", **fields}


def test_is_said_on_every_page_of_the_site_while_it_lasts(
    world: World, client: Browser, known_emergency_work: Memory
) -> None:
    stranger = PersonFactory.create(roles=["technician"])
    floor, supervisor = screen_of(world.technician.user_id), screen_of(world.supervisor.user_id)
    assert BANNER not in floor.get("/").text
    assert "Begin emergency work" not in floor.get("/procedures/emergency/").text
    wrong = supervisor.post(
        "/procedures/emergency/begin/",
        signed(world.supervisor.user_id, site=world.site.pk, hours=9),
    )
    assert wrong.status_code == 422

    begun = supervisor.post(
        "/procedures/emergency/begin/",
        signed(world.supervisor.user_id, site=world.site.pk, hours=2),
    )

    assert begun.status_code == 302, begun.text
    row = EmergencyWork.objects.get()
    page = floor.get("/").text
    assert BANNER in page
    assert f'href="/procedures/emergency/#work-{row.pk}">{row.deviation}</a>' in page
    client.force_login(stranger)
    assert BANNER not in client.get("/").text
    assert "lasts now" in floor.get("/procedures/emergency/").text
    supervisor.post(f"/procedures/emergency/{row.pk}/end/", signed(world.supervisor.user_id))
    assert BANNER not in floor.get("/").text
    assert known_emergency_work.works == ()
