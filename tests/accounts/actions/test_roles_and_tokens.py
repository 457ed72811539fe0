"""Giving and taking roles, issuing and revoking tokens: signed, kept, and by administrators."""

import pytest

from accounts.actions.issue_service_token import issue_service_token
from accounts.actions.request_role import request_role
from accounts.actions.revoke_role import revoke_role
from accounts.actions.revoke_service_token import revoke_service_token
from accounts.models import RoleMembership, ServiceToken
from accounts.roles import Role
from accounts.tokens import digest_of
from tests.accounts.access import give_role
from tests.factories.people import PersonFactory
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import NOON, World


@pytest.mark.urs("URS-14", "URS-16")
def test_gives_a_role_once_and_takes_it_back_with_its_reason(world: World) -> None:
    person, intent = world.technician, world.signs(world.admin, reason="Team change 12")

    give_role(world, person, Role.SUPERVISOR)
    membership = RoleMembership.objects.get(person=person, group__name=Role.SUPERVISOR)
    assert_signed_and_kept(membership, action="approve_access")
    with refused("ROLE_ALREADY_HELD"):
        request_role(person_id=person.pk, role=Role.SUPERVISOR, intent=intent)
    revoke_role(person_id=person.pk, role=Role.SUPERVISOR, intent=intent)
    with refused("ROLE_NOT_HELD"):
        revoke_role(person_id=person.pk, role=Role.SUPERVISOR, intent=intent)

    versions = RoleMembership.history.filter(id=membership.pk).order_by("history_id")
    assert [version.history_type for version in versions] == ["+", "-"]
    assert [version.change.reason for version in versions] == ["Trained", "Team change 12"]


@pytest.mark.urs("URS-14")
def test_nobody_but_administrators_gives_or_takes_a_role_or_a_token(world: World) -> None:
    intent = world.signs(world.qa)

    with unauthorised():
        request_role(person_id=world.qa.pk, role=Role.RELEASE, intent=intent)
    with unauthorised():
        revoke_role(person_id=world.qa2.pk, role=Role.QA, intent=intent)
    with unauthorised():
        issue_service_token(name="EBR", account_id=world.qa.pk, intent=intent)


@pytest.mark.urs("URS-67")
def test_a_token_is_shown_once_kept_as_its_digest_and_revoked_once(world: World) -> None:
    account = PersonFactory.create(roles=[Role.SERVICE])
    intent = world.signs(world.admin)

    token = issue_service_token(name="EBR", account_id=account.pk, intent=intent)
    row = ServiceToken.objects.get(name="EBR")
    assert row.digest == digest_of(token) != token
    with refused("NOT_A_SERVICE_ACCOUNT", "TOKEN_NAME_TAKEN"):
        issue_service_token(name="EBR", account_id=world.qa.pk, intent=intent)
    revoked = revoke_service_token(token_id=row.pk, intent=intent, at=NOON)
    assert revoked.revoked_at == NOON
    with refused("ALREADY_REVOKED"):
        revoke_service_token(token_id=row.pk, intent=intent, at=NOON)
