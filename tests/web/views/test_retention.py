"""Retention on screen: the periods, the legal holds, and what a therapy's page says."""

import pytest

from accounts.models import Person
from inventory.models import LegalHold, RetentionSchedule
from inventory.rules.retention import PROPOSED
from tests.browsing import Browser
from tests.factories.people import PASSWORD
from tests.world import World

pytestmark = pytest.mark.urs("URS-78")


def desk_of(person: Person) -> Browser:
    """Sign somebody in."""
    client = Browser()
    client.force_login(person)
    return client


def entered(person: Person) -> dict[str, object]:
    """Return what somebody enters to sign."""
    return {"user_id": person.user_id, "password": PASSWORD, "reason": "Contract 7"}


def test_quality_signs_periods_and_holds_and_everybody_reads_them(world: World) -> None:
    vial = world.stored()[0]
    assert vial.therapy is not None
    desk, address = desk_of(world.qa), f"/therapies/{vial.therapy.coi}/"
    unsigned = desk.get("/quality/retention/").text
    assert "No period is signed yet" in unsigned
    assert "No period is signed yet: it is kept." in desk.get(address).text

    desk.get("/quality/retention/periods/")
    short = desk.post("/quality/retention/periods/", entered(world.qa) | PROPOSED | {"fact": 1})
    done = desk.post("/quality/retention/periods/", entered(world.qa) | PROPOSED, follow=True)
    desk.get("/quality/retention/hold/")
    held = desk.post(
        "/quality/retention/hold/", entered(world.qa) | {"subject": vial.therapy.coi}, follow=True
    )

    assert short.status_code == 422
    assert "The periods are in force." in done.text
    assert RetentionSchedule.objects.get().months == PROPOSED
    assert "The legal hold stands." in held.text
    page = desk_of(world.technician).get(address).text
    assert "not before" in page
    assert "legal hold: Contract 7" in page
    hold = LegalHold.objects.get()
    other = desk_of(world.qa2)
    other.get(f"/quality/retention/hold/{hold.pk}/release/")
    released = other.post(
        f"/quality/retention/hold/{hold.pk}/release/", entered(world.qa2), follow=True
    )
    assert "is released." in released.text
    assert "None stands." in released.text
    assert other.get(f"/quality/retention/hold/{hold.pk}/release/").status_code == 404
    assert "Set the periods" not in desk_of(world.inspector).get("/quality/retention/").text
