"""Passwords: everybody's own, not easily guessed, not for ever, and none from an administrator."""

from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.access_rules import Limits, Memory, limits_in_force
from accounts.actions.change_password import change_password
from accounts.actions.create_person import create_person
from accounts.actions.reset_password import reset_password
from accounts.actions.set_access_rules import set_access_rules
from accounts.actions.spend_temporary_password import spend_temporary_password
from accounts.models import AccessRules, EarlierPassword, Person
from accounts.opening import NewAccount
from accounts.passwords import days_left, must_change
from audit.authors import Attribution
from audit.errors import NotAuthorised, SigningFailed
from audit.models import Meaning, RefusedAttempt
from audit.proofs import proven
from audit.signing import confirm_intent
from tests.accounts.doors import at_bench, fail
from tests.factories.people import PASSWORD
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import NOON, World

NEW = "icy-winter-morning-7"


def change(world: World, person: Person, password: str = NEW) -> Person:
    """Let somebody take another password."""
    return change_password(
        person_id=person.pk, password=password, attribution=world.says(person), at=NOON
    )


@pytest.mark.urs("URS-66")
def test_a_change_is_kept_without_the_password_and_the_old_one_opens_nothing(world: World) -> None:
    person = change(world, world.qa)

    assert proven(person.user_id, NEW, at_bench()) == person
    assert proven(person.user_id, PASSWORD, at_bench()) is None
    version = Person.history.filter(id=person.pk).latest("history_id")
    assert (version.change.action, version.password_set_at) == ("change_password", NOON)
    assert not hasattr(version, "password")
    assert EarlierPassword.objects.get(person=person).change == version.change


@pytest.mark.urs("URS-66")
@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("shortest", "PASSWORD_TOO_SHORT"),
        ("q1w2e3r4t5y6", "PASSWORD_GUESSABLE"),
        ("technician.example", "PASSWORD_GUESSABLE"),
        (PASSWORD, "PASSWORD_USED_BEFORE"),
    ],
)
def test_refuses_what_is_short_common_like_the_name_or_used_before(
    world: World, password: str, code: str
) -> None:
    with refused(code):
        change(world, world.technician, password)


@pytest.mark.urs("URS-66")
def test_refuses_as_many_earlier_ones_as_the_site_says(world: World, known_limits: Memory) -> None:
    known_limits.limits = replace(Limits(), password_history=2)
    for number in (1, 2, 3):
        change(world, world.qa, f"{NEW}-{number}")

    with refused("PASSWORD_USED_BEFORE"):
        change(world, world.qa, f"{NEW}-2")
    assert change(world, world.qa, f"{NEW}-1").check_password(f"{NEW}-1")


@pytest.mark.urs("URS-58")
def test_nobody_sets_the_password_of_somebody_else(world: World) -> None:
    with pytest.raises(NotAuthorised) as caught:
        change_password(
            person_id=world.qa.pk, password=NEW, attribution=world.says(world.admin), at=NOON
        )

    assert caught.value.codes == ["OTHER_ACCOUNT"]
    assert RefusedAttempt.objects.get().actor == world.admin


@pytest.mark.urs("URS-66")
def test_ages_as_the_site_says_and_tells_fourteen_days_before(world: World) -> None:
    person = change(world, world.qa)
    end = NOON + timedelta(days=365)

    assert days_left(person, at=end - timedelta(days=15)) is None
    assert days_left(person, at=end - timedelta(days=14)) == 14
    assert not must_change(person, at=end - timedelta(seconds=1))
    assert must_change(person, at=end)


@pytest.mark.urs("URS-58")
def test_a_reset_secret_opens_the_account_once_and_signs_nothing(world: World) -> None:
    secret = reset_password(person_id=world.qa.pk, intent=world.signs(world.admin))

    person = Person.objects.get(pk=world.qa.pk)
    assert_signed_and_kept(person, action="reset_password")
    assert must_change(person, at=NOON)
    with pytest.raises(SigningFailed) as caught:
        confirm_intent(
            user_id=person.user_id,
            password=secret,
            meaning=Meaning.APPROVED,
            reason="Order 7",
            device="bench 1",
            at=NOON,
        )
    assert caught.value.codes == ["PASSWORD_TO_CHANGE"]
    spend_temporary_password(person_id=person.pk, attribution=world.says(person))
    assert proven(person.user_id, secret, at_bench()) is None
    changed = change(world, person)
    assert proven(person.user_id, NEW, at_bench()) == changed
    assert not must_change(changed, at=NOON)


@pytest.mark.urs("URS-58")
def test_only_administrators_reset_and_never_for_themselves_or_a_closed_account(
    world: World,
) -> None:
    with unauthorised():
        reset_password(person_id=world.qa.pk, intent=world.signs(world.qa2))
    with refused("OWN_ACCOUNT"):
        reset_password(person_id=world.admin.pk, intent=world.signs(world.admin))


@pytest.mark.urs("URS-58")
def test_every_account_begins_with_a_secret_to_change(world: World) -> None:
    account = NewAccount(user_id="ada", full_name="Ada Example", roles=[])

    person = create_person(account=account, intent=world.signs(world.admin))

    assert must_change(person, at=NOON)
    assert proven("ada", account.password, at_bench()) == person
    assert account.password not in repr(account)


@pytest.mark.django_db
@pytest.mark.urs("URS-58")
def test_the_only_administrators_secret_is_not_lost_by_a_closed_browser() -> None:
    told = StringIO()
    given = ("--verified-by", "Quinn Quality", "--method", "passport seen")
    first = ("--user-id", "ada", "--full-name", "Ada Example", *given)
    call_command("open_first_account", *first, stdout=told)
    person, secret = Person.objects.get(), told.getvalue().split()[4]
    by_herself = Attribution(actor=person, reason="Signed in", device="bench 1")

    spend_temporary_password(person_id=person.pk, attribution=by_herself)

    assert proven("ada", secret, at_bench()) == person
    assert must_change(person, at=NOON)
    with pytest.raises(CommandError, match="an administrator must sign"):
        call_command("open_first_account", *first)


@pytest.mark.urs("URS-66", "URS-68")
def test_rules_of_access_are_signed_versions_and_the_newest_counts(
    world: World, known_limits: Memory
) -> None:
    wanted = Limits(failures=3, password_length=20)

    with unauthorised():
        set_access_rules(limits=wanted, intent=world.signs(world.qa))
    with refused("OUT_OF_BOUNDS", "OUT_OF_BOUNDS"):
        set_access_rules(limits=Limits(failures=0, idle_minutes=0), intent=world.signs(world.admin))
    first = set_access_rules(limits=Limits(), intent=world.signs(world.admin))
    second = set_access_rules(limits=wanted, intent=world.signs(world.admin))

    assert (first.version, second.version) == (1, 2)
    assert_signed_and_kept(second, action="set_access_rules")
    known_limits.until = 0.0
    assert limits_in_force() == replace(wanted, version=2)
    fail(world.qa.user_id, 3)
    assert proven(world.qa.user_id, PASSWORD, at_bench()) is None
    assert AccessRules.objects.count() == 2
