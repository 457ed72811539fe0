"""Asking that somebody gets a role."""

from accounts.asking import ask, refusals_to_ask
from accounts.authority import require_role
from accounts.granting import give, refusals_to_give, role_wanted
from accounts.models import AccessRequest, Person, RequestStatus
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if


def request_role(*, person_id: int, role: Role, intent: SignedIntent) -> AccessRequest:
    """
    Ask for a role of a person; somebody else approves it before it counts.

    Raises NotAuthorised; ActionRefused (ROLE_ALREADY_HELD, ROLES_EXCLUDE_EACH_OTHER, DEACTIVATED,
    OWN_ACCESS, ALREADY_ASKED).
    Source: Annex 11 (2011) section 12.3; URS-15, URS-16.
    """
    with signed_change(intent, action="request_role") as change:
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
        change.subject.update(person=person.user_id, role=role.value)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        wanted = role_wanted(role)
        refuse_if(
            refusals_to_give(person, role) + refusals_to_ask(person, wanted, by=intent.signer)
        )
        asked = ask(person, wanted, intent=intent)
        change.sign([asked])
        if asked.status == RequestStatus.ALONE:
            change.sign([give(person, role)])
    return asked
