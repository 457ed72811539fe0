"""Asking for scopes, which quality approves, and revoking them."""

import pytest

from accounts.actions.deactivate_person import deactivate_person
from accounts.models import Person
from accounts.roles import Role
from audit.errors import NotFound
from inventory.actions.request_scope import request_scope
from inventory.actions.revoke_scope import revoke_scope
from inventory.grants import Right, ScopeKind
from inventory.models import Program, ProgramUserPermission, Site, SiteUserPermission
from tests.accounts.access import approved, give_scope
from tests.factories.people import PersonFactory
from tests.inventory.actions.evidence import assert_signed_and_kept, refused, unauthorised
from tests.world import World


@pytest.fixture
def newcomer(world: World) -> Person:
    return PersonFactory.create(roles=[Role.TECHNICIAN])


@pytest.mark.urs("URS-14", "URS-16", "URS-117")
def test_the_right_to_work_brings_the_right_to_see(world: World, newcomer: Person) -> None:
    asked = request_scope(
        person_id=newcomer.pk,
        kind=ScopeKind.PROGRAM,
        scope_id=world.program.pk,
        right=Right.WORK,
        intent=world.signs(world.admin),
    )
    assert_signed_and_kept(asked, action="request_scope")
    assert not Program.objects.visible_to(newcomer).exists()
    approved(world, asked)

    granted = ProgramUserPermission.objects.filter(user=newcomer)
    assert world.program in Program.objects.visible_to(newcomer)
    assert world.program in Program.objects.worked_on_by(newcomer)
    assert len(granted) == 2
    for row in granted:
        assert_signed_and_kept(row, action="approve_access")


def test_sees_without_working_and_works_later(world: World, newcomer: Person) -> None:
    about = {"person_id": newcomer.pk, "kind": ScopeKind.SITE, "scope_id": world.site.pk}

    give_scope(world, **about, right=Right.VIEW)  # type: ignore[arg-type] # a mapping of three types
    sees, works = Site.objects.visible_to(newcomer), Site.objects.worked_at_by(newcomer)
    assert world.site in sees.all()
    assert world.site not in works.all()

    give_scope(world, **about, right=Right.WORK)  # type: ignore[arg-type] # as above
    assert SiteUserPermission.objects.filter(user=newcomer).count() == 2
    assert world.site in works.all()


@pytest.mark.urs("URS-16")
def test_who_may_not_see_cannot_work_and_the_end_is_kept(world: World, newcomer: Person) -> None:
    about = {"person_id": newcomer.pk, "kind": ScopeKind.PROGRAM, "scope_id": world.program.pk}
    give_scope(world, **about, right=Right.WORK)  # type: ignore[arg-type] # as above

    revoke_scope(**about, right=Right.VIEW, intent=world.signs(world.admin, reason="Left"))  # type: ignore[arg-type] # as above

    assert not Program.objects.visible_to(newcomer).exists()
    assert not Program.objects.worked_on_by(newcomer).exists()
    closing = ProgramUserPermission.history.filter(user=newcomer, history_type="-")
    assert [row.change.reason for row in closing] == ["Left", "Left"]


def test_keeps_the_right_to_see_when_only_work_is_revoked(world: World, newcomer: Person) -> None:
    about = {"person_id": newcomer.pk, "kind": ScopeKind.PROGRAM, "scope_id": world.program.pk}
    give_scope(world, **about, right=Right.WORK)  # type: ignore[arg-type] # as above

    revoke_scope(**about, right=Right.WORK, intent=world.signs(world.admin))  # type: ignore[arg-type] # as above

    assert world.program in Program.objects.visible_to(newcomer)
    assert world.program not in Program.objects.worked_on_by(newcomer)


def test_refuses_what_is_held_and_what_is_not(world: World, newcomer: Person) -> None:
    held = {"kind": ScopeKind.SITE, "scope_id": world.site.pk, "right": Right.WORK}
    intent = world.signs(world.admin)

    with refused("SCOPE_ALREADY_HELD"):
        request_scope(person_id=world.technician.pk, **held, intent=intent)  # type: ignore[arg-type] # as above
    with refused("SCOPE_NOT_HELD"):
        revoke_scope(person_id=newcomer.pk, **held, intent=intent)  # type: ignore[arg-type] # as above


def test_refuses_to_revoke_sight_that_is_not_held(world: World, newcomer: Person) -> None:
    with refused("SCOPE_NOT_HELD"):
        revoke_scope(
            person_id=newcomer.pk,
            kind=ScopeKind.PROGRAM,
            scope_id=world.program.pk,
            right=Right.VIEW,
            intent=world.signs(world.admin),
        )


def test_refuses_a_closed_account(world: World, newcomer: Person) -> None:
    deactivate_person(person_id=newcomer.pk, intent=world.signs(world.admin))

    with refused("DEACTIVATED"):
        request_scope(
            person_id=newcomer.pk,
            kind=ScopeKind.SITE,
            scope_id=world.site.pk,
            right=Right.VIEW,
            intent=world.signs(world.admin),
        )


@pytest.mark.parametrize("action", [request_scope, revoke_scope])
def test_refuses_unknown_people_and_scopes(world: World, newcomer: Person, action: object) -> None:
    assert callable(action)
    intent = world.signs(world.admin)

    with refused("UNKNOWN_PERSON", by=NotFound):
        action(person_id=0, kind=ScopeKind.SITE, scope_id=1, right=Right.VIEW, intent=intent)
    for kind in ScopeKind:
        with refused("UNKNOWN_SCOPE", by=NotFound):
            action(person_id=newcomer.pk, kind=kind, scope_id=0, right=Right.VIEW, intent=intent)


@pytest.mark.parametrize("action", [request_scope, revoke_scope])
def test_refuses_everybody_but_administrators(
    world: World, newcomer: Person, action: object
) -> None:
    assert callable(action)
    with unauthorised():
        action(
            person_id=newcomer.pk,
            kind=ScopeKind.SITE,
            scope_id=world.site.pk,
            right=Right.VIEW,
            intent=world.signs(world.qa),
        )
