"""Emergency access on screen: asked, approved by two, said on every page, ended and reviewed."""

import pytest

from accounts.models import EmergencyAccess, Person
from tests.browsing import Browser
from tests.factories.people import PASSWORD
from tests.web.views.test_readiness import screen_of
from tests.world import World

pytestmark = pytest.mark.urs("URS-22")


def signed(person: Person, **fields: object) -> dict[str, object]:
    """Fill in what somebody enters to sign."""
    return {"user_id": person.user_id, "password": PASSWORD, "reason": "It burns", **fields}


def desk(person: Person) -> Browser:
    """Sign somebody in."""
    return screen_of(person.user_id)


def test_goes_from_asking_to_the_review(world: World) -> None:
    floor, qa = desk(world.technician), desk(world.qa)
    asked = floor.post("/emergency/ask/", signed(world.technician, role="administrator"))
    row = EmergencyAccess.objects.get()
    page = f"/emergency/{row.pk}/"
    both = {"second_user_id": world.release.user_id, "second_password": PASSWORD}

    before = floor.get("/").text
    too_early = floor.get("/configure/people/add/")
    approved = desk(world.supervisor).post(f"{page}approve/two/", signed(world.supervisor, **both))
    during = floor.get("/").text
    opened = floor.get("/configure/people/add/")
    urgent = qa.get("/").text

    assert (asked.status_code, approved.status_code) == (302, 302), approved.content.decode()
    assert (too_early.status_code, opened.status_code) == (403, 200)
    banner = f"Emergency access {row.pk}</a> until"
    assert (banner in before, banner in during) == (False, True)
    assert "Emergency access lasts now" in urgent
    floor.post(f"{page}end/", signed(world.technician))
    assert banner not in floor.get("/").text
    assert floor.get("/configure/people/add/").status_code == 403
    assert "Emergency access to review" in qa.get("/").text
    assert qa.post(f"{page}review/", signed(world.qa)).status_code == 302
    told = qa.get(page).text
    assert "Reviewed" in told
    assert "It burns" in told
    assert "Emergency access" not in qa.get("/").text.split("</header>")[1]


def test_others_do_not_see_it(world: World) -> None:
    desk(world.technician).post("/emergency/ask/", signed(world.technician, role="supervisor"))
    row = EmergencyAccess.objects.get()

    assert desk(world.witness).get(f"/emergency/{row.pk}/").status_code == 403
    assert "It burns" not in desk(world.witness).get("/emergency/").text
    assert "It burns" in desk(world.inspector).get(f"/emergency/{row.pk}/").text
