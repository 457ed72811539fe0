"""Closing accounts: they stay, with their history, and do nothing any more."""

import pytest
from django.test import Client

from accounts.actions.deactivate_person import deactivate_person
from accounts.models import Person
from audit.errors import SigningFailed
from audit.models import Meaning
from audit.proofs import proven
from audit.signing import confirm_intent
from tests.accounts.doors import at_bench
from tests.factories.people import PASSWORD
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import NOON, World


@pytest.mark.urs("URS-11")
def test_keeps_the_account_with_its_id_and_history(world: World) -> None:
    person = deactivate_person(person_id=world.technician.pk, intent=world.signs(world.admin))

    kept = Person.objects.get(user_id=world.technician.user_id)
    assert (kept.pk, kept.is_active) == (person.pk, False)
    versions = Person.history.filter(id=person.pk).order_by("history_id")
    assert [version.is_active for version in versions] == [True, False]
    assert_signed_and_kept(person, action="deactivate_person")


@pytest.mark.urs("URS-11")
def test_a_closed_account_neither_signs_in_nor_signs_nor_sees(world: World, client: Client) -> None:
    client.force_login(world.technician)
    deactivate_person(person_id=world.technician.pk, intent=world.signs(world.admin))

    assert proven(world.technician.user_id, PASSWORD, at_bench()) is None
    assert client.get("/").status_code == 302
    with pytest.raises(SigningFailed):
        confirm_intent(
            user_id=world.technician.user_id,
            password=PASSWORD,
            meaning=Meaning.PERFORMED,
            reason="Too late",
            device="bench 1",
            at=NOON,
        )


def test_refuses_a_second_time_ones_own_account_and_other_roles(world: World) -> None:
    with unauthorised():
        deactivate_person(person_id=world.technician.pk, intent=world.signs(world.qa))
    with refused("OWN_ACCOUNT"):
        deactivate_person(person_id=world.admin.pk, intent=world.signs(world.admin))
    deactivate_person(person_id=world.technician.pk, intent=world.signs(world.admin))
    with refused("ALREADY_DEACTIVATED"):
        deactivate_person(person_id=world.technician.pk, intent=world.signs(world.admin))
