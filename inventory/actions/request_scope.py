"""Asking that a program or site is opened to somebody."""

from accounts.asking import ask, refusals_to_ask
from accounts.authority import require_role
from accounts.models import AccessRequest, Person, RequestStatus
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, refuse_if
from inventory.grants import (
    UNKNOWN_PERSON,
    Right,
    ScopeKind,
    open_scope,
    refusals_to_open,
    scope_named,
    scope_wanted,
)


def request_scope(
    *, person_id: int, kind: ScopeKind, scope_id: int, right: Right, intent: SignedIntent
) -> AccessRequest:
    """
    Ask for a right of a person on a program or a site; somebody else approves it.

    Raises NotFound; NotAuthorised; ActionRefused (SCOPE_ALREADY_HELD, DEACTIVATED, OWN_ACCESS,
    ALREADY_ASKED).
    Source: Annex 11 (2011) section 12.3; 21 CFR 11.10(d); URS-14, URS-16, URS-117.
    """
    with signed_change(intent, action="request_scope") as change:
        rows = Person.objects.select_for_update(of=("self",), no_key=True)
        person = rows.filter(pk=person_id).first()
        require_role(intent.signer, [Role.ADMINISTRATOR])
        if person is None:
            raise NotFound([UNKNOWN_PERSON])
        scope = scope_named(kind, scope_id)
        change.subject.update(person=person.user_id, scope=str(scope), right=right)
        wanted = scope_wanted(kind, scope, right)
        refuse_if(
            refusals_to_open(person, kind, scope, right)
            + refusals_to_ask(person, wanted, by=intent.signer)
        )
        asked = ask(person, wanted, intent=intent)
        change.sign([asked])
        if asked.status == RequestStatus.ALONE:
            change.sign(open_scope(person, kind, scope, right))
    return asked
