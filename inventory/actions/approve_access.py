"""Approving a request for access, by which it counts."""

from collections.abc import Sequence

from accounts.asking import APPROVERS, decide, locked_request, refusals_to_decide
from accounts.authority import require_role
from accounts.granting import give, refusals_to_give
from accounts.models import (
    AccessRequest,
    Person,
    RequestedKind,
    RequestStatus,
    RoleMembership,
)
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from inventory.grants import (
    Right,
    ScopeKind,
    ScopePermission,
    open_scope,
    refusals_to_open,
    scope_named,
)


def approve_access(*, request_id: int, intent: SignedIntent) -> AccessRequest:
    """
    Approve a request, and give what it asks for.

    Raises NotFound; NotAuthorised; ActionRefused (ALREADY_DECIDED, OWN_ACCESS, OWN_REQUEST, and
    whatever speaks against the role or scope by now).
    Source: Annex 11 (2011) section 12.3; URS-15, URS-16.
    """
    with signed_change(intent, action="approve_access") as change:
        asked = locked_request(request_id)
        change.subject.update(request=request_id, person=asked.person.user_id, what=asked.what)
        people = Person.objects.select_for_update(of=("self",), no_key=True)
        person = people.get(pk=asked.person_id)
        require_role(intent.signer, APPROVERS)
        refuse_if(refusals_to_decide(asked, intent.signer))
        given = _give(asked, person)
        decide(asked, RequestStatus.APPROVED, intent)
        change.sign([asked])
        change.sign(given)
    return asked


def _give(
    asked: AccessRequest, person: Person
) -> Sequence[RoleMembership] | Sequence[ScopePermission]:
    if asked.kind == RequestedKind.ROLE:
        role = Role(asked.role)
        refuse_if(refusals_to_give(person, role))
        return [give(person, role)]
    kind, right = ScopeKind(asked.kind), Right(asked.right)
    scope = scope_named(kind, asked.scope_id or 0)
    refuse_if(refusals_to_open(person, kind, scope, right))
    return open_scope(person, kind, scope, right)
