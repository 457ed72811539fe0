"""Opening accounts: each is one person's, and its id is given out once."""

from dataclasses import replace

import pytest

from accounts.actions.create_person import create_person
from accounts.actions.deactivate_person import deactivate_person
from accounts.actions.open_first_account import open_first_account
from accounts.models import AccessRequest, Person
from accounts.opening import NewAccount
from accounts.roles import Role
from audit.models import Change, Door
from audit.proofs import proven
from tests.accounts.access import approved
from tests.accounts.doors import at_bench
from tests.custody.racing import drop, race, winners
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import World

ADA = NewAccount(
    user_id="Ada.Example",
    full_name="Ada Example",
    password="icy-winter-morning-7",
    roles=[Role.TECHNICIAN, Role.QA],
    badge_code="PE-000777-X",
)


@pytest.mark.urs("URS-10", "URS-34")
def test_opens_an_account_of_one_person_with_its_roles(world: World) -> None:
    person = create_person(account=ADA, intent=world.signs(world.admin))

    assert (person.user_id, person.full_name, person.is_shared) == (
        ("ada.example", "Ada Example", False)
    )
    assert person.role_names() == ()
    for asked in AccessRequest.objects.filter(person=person):
        approved(world, asked)
    assert Person.objects.get(pk=person.pk).role_names() == ("qa", "technician")
    assert proven("ADA.example", ADA.password, at_bench()) == person
    assert_signed_and_kept(person, action="create_person")


@pytest.mark.urs("URS-65")
@pytest.mark.parametrize("spelling", ["ada.example", "ADA.EXAMPLE", " Ada.Example "])
def test_gives_no_user_id_twice_in_any_spelling(world: World, spelling: str) -> None:
    create_person(account=ADA, intent=world.signs(world.admin))

    with refused("USER_ID_TAKEN"):
        create_person(
            account=replace(ADA, user_id=spelling, badge_code=None),
            intent=world.signs(world.admin),
        )


@pytest.mark.urs("URS-11", "URS-65")
def test_gives_the_id_of_a_closed_account_to_nobody(world: World) -> None:
    person = create_person(account=ADA, intent=world.signs(world.admin))
    deactivate_person(person_id=person.pk, intent=world.signs(world.admin))

    with refused("USER_ID_TAKEN"):
        create_person(account=replace(ADA, badge_code=None), intent=world.signs(world.admin))


def test_refuses_a_badge_that_somebody_has_and_a_missing_name(world: World) -> None:
    create_person(account=ADA, intent=world.signs(world.admin))

    with refused("BADGE_TAKEN", "FULL_NAME_MISSING"):
        create_person(
            account=replace(ADA, user_id="grace", full_name=" "), intent=world.signs(world.admin)
        )


@pytest.mark.urs("URS-14")
def test_is_for_administrators_only(world: World) -> None:
    with unauthorised():
        create_person(account=ADA, intent=world.signs(world.qa))


SAVING = "accounts.opening._id_taken"


@pytest.mark.urs("URS-65")
def test_of_two_who_want_one_id_at_once_one_gets_it(committed_world: World) -> None:
    world = committed_world

    outcomes = race(
        lambda: create_person(account=ADA, intent=world.signs(world.admin)),
        lambda: create_person(account=ADA, intent=world.signs(world.admin)),
        meet_in=SAVING,
    )

    assert len(winners(outcomes)) == 1
    assert ["USER_ID_TAKEN"] in [outcome.codes for outcome in outcomes]
    assert Person.objects.filter(user_id="ada.example").count() == 1


def test_without_the_constraints_two_people_hold_one_id(committed_world: World) -> None:
    world = committed_world
    drop("accounts_person", "accounts_person_user_id_key", "accounts_user_id_once_in_any_case")
    account = replace(ADA, badge_code=None)

    race(
        lambda: create_person(account=account, intent=world.signs(world.admin)),
        lambda: create_person(account=account, intent=world.signs(world.admin)),
        meet_in=SAVING,
    )

    assert Person.objects.filter(user_id="ada.example").count() == 2


@pytest.mark.django_db
@pytest.mark.urs("URS-33")
def test_the_very_first_account_is_opened_by_the_machine_and_no_second() -> None:
    first = open_first_account(account=ADA, device="set-up")

    change = Change.objects.get()
    assert (change.door, change.device, change.action) == (
        (Door.MACHINE, "set-up", "open_first_account")
    )
    assert Person.history.get(id=first.pk).change == change
    assert first.role_names() == ("qa", "technician")
    with refused("NOT_THE_FIRST"):
        open_first_account(account=replace(ADA, user_id="eve"), device="set-up")
