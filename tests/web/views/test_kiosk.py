"""A shared account in the freezer room: it looks at everything, and writes nothing."""

import pytest
from django.test import Client

from accounts.models import Person
from accounts.roles import Role
from audit.models import Change, RefusedAttempt
from tests.factories.people import PASSWORD, PersonFactory
from tests.world import World

pytestmark = pytest.mark.urs("URS-10")


@pytest.fixture
def kiosk(world: World, client: Client) -> Person:
    """Sign a shared account in that holds a role and every scope."""
    person = PersonFactory.create(
        is_shared=True,
        roles=[Role.TECHNICIAN],
        programs=[world.program],
        sites=[world.site],
    )
    client.force_login(person)
    return person


def test_looks_at_vials_storage_and_orders(world: World, client: Client, kiosk: Person) -> None:
    vial = world.stored()[0]

    for address in ("/", f"/scan/?code={vial.code}", f"/vials/{vial.pk}/", "/storage/"):
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("step", ["move", "missing"])
def test_neither_moves_nor_signs(world: World, client: Client, kiosk: Person, step: str) -> None:
    vial = world.stored()[0]
    place = world.place("A1", world.other_box)
    changes = Change.objects.count()
    entered = {
        "scanned": vial.code,
        "position": place.pk,
        "searched": "rack 1",
        "user_id": kiosk.user_id,
        "password": PASSWORD,
        "reason": "Because it stands here",
    }

    answer = client.post(f"/vials/{vial.pk}/{step}/", entered)

    assert answer.status_code == 403
    assert "shared account" in answer.text
    assert Change.objects.count() == changes
    kept = RefusedAttempt.objects.get()
    assert (kept.actor, kept.codes) == (kiosk, ["SHARED_ACCOUNT"])
