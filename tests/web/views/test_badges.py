"""Badges and keys on screen: a holder reports their own lost, keepers test and replace."""

import pytest

from accounts.models import AccessToken, Person, TokenState
from tests.browsing import Browser
from tests.factories.people import PASSWORD
from tests.web.views.test_readiness import screen_of
from tests.world import World

pytestmark = pytest.mark.urs("URS-67", "URS-70")


def signed(person: Person, **fields: object) -> dict[str, object]:
    """Fill in what somebody enters to sign."""
    return {"user_id": person.user_id, "password": PASSWORD, "reason": "New badge", **fields}


def desk(person: Person) -> Browser:
    """Sign somebody in."""
    return screen_of(person.user_id)


def test_goes_from_issue_to_replacement(world: World) -> None:
    admin, holder = desk(world.admin), desk(world.technician)
    new = {"kind": "badge", "code": "PE-1", "holder": world.technician.pk}
    assert admin.post("/badges/issue/", signed(world.admin, **new)).status_code == 302
    row = AccessToken.objects.get()
    passed = signed(world.admin, works="on", is_intact="on", found="As new")

    due = admin.get("/badges/").text
    assert admin.post(f"/badges/{row.pk}/test/", passed).status_code == 302
    own = holder.get("/badges/").text
    lost = holder.post(f"/badges/{row.pk}/end/", signed(world.technician, state="lost"))
    both = {"second_user_id": world.qa.user_id, "second_password": PASSWORD, "code": "PE-2"}
    replaced = admin.post(f"/badges/{row.pk}/replace/", signed(world.admin, **both))

    assert "first test" in due
    assert "Lost, stolen or returned" in own
    assert "badges/issue" not in own
    assert (lost.status_code, replaced.status_code) == (302, 302)
    assert AccessToken.objects.get(pk=row.pk).state == TokenState.LOST
    assert AccessToken.objects.get(code="PE-2").replaces == row
    assert "PE-1" not in desk(world.witness).get("/badges/").text
    assert desk(world.witness).get(f"/badges/{row.pk}/end/").status_code == 403
