"""Badges and keys: tested before they count and again, ended in one action, replaced by two."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts.actions.check_access_token import check_access_token
from accounts.actions.end_access_token import end_access_token
from accounts.actions.issue_access_token import issue_access_token
from accounts.actions.replace_access_token import replace_access_token
from accounts.actions.revoke_service_token import revoke_service_token
from accounts.carrying import NewToken
from accounts.models import (
    AccessToken,
    Person,
    ServiceToken,
    TokenKind,
    TokenState,
    TokenTest,
)
from accounts.queries.badges import badges
from accounts.roles import Role
from audit.changes import machine_change
from tests.custody.racing import race, winners
from tests.factories.people import PersonFactory
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import NOON, World

TODAY = NOON.date()


def issue(
    world: World, holder: Person, code: str = "pe-000042-7", kind: TokenKind = TokenKind.BADGE
) -> AccessToken:
    """Hand somebody a badge."""
    new = NewToken(kind=kind, code=code, holder_id=holder.pk)
    return issue_access_token(new=new, intent=world.signs(world.admin), at=NOON)


def check(world: World, token: AccessToken, *, passes: bool = True) -> TokenTest:
    """Test it."""
    return check_access_token(
        token_id=token.pk,
        works=True,
        is_intact=passes,
        found="Scanned ten times; seal looked at",
        intent=world.signs(world.qa),
        at=NOON,
    )


def end(world: World, token: AccessToken, by: Person, state: TokenState) -> AccessToken:
    """Let it count no more."""
    return end_access_token(token_id=token.pk, state=state, intent=world.signs(by), at=NOON)


def badge_of(person: Person) -> str | None:
    """Return the badge that the account names."""
    return Person.objects.get(pk=person.pk).badge_code


@pytest.mark.urs("URS-70")
def test_counts_once_it_is_tested_and_is_tested_again_by_a_day(world: World) -> None:
    token = issue(world, world.technician)
    assert_signed_and_kept(token, action="issue_access_token")
    assert (token.code, token.state, badge_of(world.technician)) == ("PE-000042-7", "issued", None)
    assert [card.is_due for card in badges(on=TODAY)] == [True], "its first test is due"

    test = check(world, token)

    tested = AccessToken.objects.get()
    assert_signed_and_kept(tested, action="check_access_token")
    kept = TokenTest.objects.get(pk=test.pk)
    assert kept.change_id == tested.history.latest("history_id").change_id
    assert (tested.state, tested.next_test_on) == ("in_use", TODAY + timedelta(days=365))
    assert badge_of(world.technician) == "PE-000042-7"
    assert [card.is_due for card in badges(on=TODAY + timedelta(days=365))] == [False]
    assert [card.is_due for card in badges(on=TODAY + timedelta(days=366))] == [True]


@pytest.mark.urs("URS-70")
def test_what_fails_its_test_counts_no_more(world: World) -> None:
    token = issue(world, world.technician)
    check(world, token)

    check(world, token, passes=False)

    failed = AccessToken.objects.get()
    assert (failed.state, badge_of(world.technician)) == (TokenState.FAILED, None)
    assert TokenTest.objects.filter(token=token).count() == 2
    with refused("COUNTS_NO_MORE"):
        check(world, token)


@pytest.mark.urs("URS-67")
@pytest.mark.parametrize("who", ["technician", "qa", "admin"])
def test_a_lost_one_is_ended_in_one_action_by_its_holder_or_a_keeper(
    world: World, who: str
) -> None:
    token = issue(world, world.technician)
    check(world, token)

    lost = end(world, token, getattr(world, who), TokenState.LOST)

    assert_signed_and_kept(lost, action="end_access_token")
    assert (lost.state, lost.ended_at, badge_of(world.technician)) == ("lost", NOON, None)
    with refused("COUNTS_NO_MORE"):
        end(world, token, world.admin, TokenState.STOLEN)
    others = issue(world, world.witness, code="PE-2")
    with unauthorised():
        end(world, others, world.technician, TokenState.LOST)


@pytest.mark.urs("URS-31", "URS-67")
def test_a_replacement_takes_two_keepers_once_the_old_one_counts_no_more(world: World) -> None:
    token = issue(world, world.technician)

    def replace(first: Person, second: Person | None, code: str = "PE-3") -> AccessToken:
        intent = world.signs(first, second)
        return replace_access_token(token_id=token.pk, code=code, intent=intent, at=NOON)

    with refused("TWO_PEOPLE", "COUNTS_STILL"):
        replace(world.admin, None)
    end(world, token, world.technician, TokenState.STOLEN)
    with refused("TWO_PEOPLE"):
        replace(world.admin, None)
    with unauthorised():
        replace(world.admin, world.supervisor)
    with refused("CODE_TAKEN"):
        replace(world.admin, world.qa, code="pe-000042-7")
    new = replace(world.admin, world.qa)

    assert (new.replaces, new.state, new.kind) == (token, "issued", TokenKind.BADGE)
    with refused("REPLACED"):
        replace(world.admin, world.qa, code="PE-4")


@pytest.mark.urs("URS-67")
def test_refuses_what_may_not_be_issued(world: World) -> None:
    kiosk = PersonFactory.create(is_shared=True)
    issue(world, world.technician)

    with refused("CODE_TAKEN"):
        issue(world, world.witness)
    with refused("CODE_MISSING"):
        issue(world, world.witness, code=" ")
    with refused("NO_OPEN_ACCOUNT"):
        issue(world, kiosk, code="PE-5")
    with refused("OWN_TOKEN"):
        issue(world, world.admin, code="PE-5")
    with unauthorised():
        new = NewToken(kind=TokenKind.KEY, code="K-1", holder_id=world.witness.pk)
        issue_access_token(new=new, intent=world.signs(world.supervisor), at=NOON)
    token = AccessToken.objects.get()
    token.state = TokenState.IN_USE
    with (
        pytest.raises(IntegrityError, match="accounts_token_in_use_is_tested_again"),
        machine_change("bench 1", action="guess", reason="Guessing"),
    ):
        token.save(update_fields=["state"])


@pytest.mark.urs("URS-67")
def test_quality_revokes_a_service_token_too(world: World) -> None:
    service = PersonFactory.create(roles=[Role.SERVICE])
    with machine_change("test set-up", action="set_up", reason="Set up a test"):
        row = ServiceToken(name="EBR", account=service, digest="0" * 64)
        row.save(force_insert=True)

    with unauthorised():
        revoke_service_token(token_id=row.pk, intent=world.signs(world.supervisor), at=NOON)
    revoked = revoke_service_token(token_id=row.pk, intent=world.signs(world.qa), at=NOON)

    assert revoked.revoked_at == NOON


@pytest.mark.urs("URS-67")
def test_two_replacements_at_once_are_one(committed_world: World) -> None:
    world = committed_world
    token = issue(world, world.technician)
    end(world, token, world.technician, TokenState.LOST)

    def replace(code: str) -> AccessToken:
        intent = world.signs(world.admin, world.qa)
        return replace_access_token(token_id=token.pk, code=code, intent=intent, at=NOON)

    outcomes = race(
        lambda: replace("PE-8"),
        lambda: replace("PE-9"),
        meet_in="accounts.actions.replace_access_token.locked_token",
    )

    assert len(winners(outcomes)) == 1
    assert ["REPLACED"] in [outcome.codes for outcome in outcomes]
