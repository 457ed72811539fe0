"""Access that one administrator asked for and quality approved, in one step of a test."""

from accounts.actions.request_role import request_role
from accounts.models import AccessRequest, Person
from accounts.roles import Role
from audit.models import Meaning
from inventory.actions.approve_access import approve_access
from inventory.actions.request_scope import request_scope
from inventory.grants import Right, ScopeKind
from tests.world import World


def approved(world: World, asked: AccessRequest) -> AccessRequest:
    """Let somebody of quality who is not concerned approve a request."""
    approver = world.qa2 if asked.person_id == world.qa.pk else world.qa
    intent = world.signs(approver, meaning=Meaning.APPROVED, reason="Trained")
    return approve_access(request_id=asked.pk, intent=intent)


def give_role(
    world: World, person: Person, role: Role, *, reason: str = "Team change 12"
) -> AccessRequest:
    """Give somebody a role."""
    intent = world.signs(world.admin, reason=reason)
    return approved(world, request_role(person_id=person.pk, role=role, intent=intent))


def give_scope(
    world: World, *, person_id: int, kind: ScopeKind, scope_id: int, right: Right
) -> AccessRequest:
    """Open a program or site to somebody."""
    asked = request_scope(
        person_id=person_id,
        kind=kind,
        scope_id=scope_id,
        right=right,
        intent=world.signs(world.admin),
    )
    return approved(world, asked)
