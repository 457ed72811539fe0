"""Giving a role to somebody."""

from accounts.authority import require_role
from accounts.granting import give, refusals_to_give
from accounts.models import Person, RoleMembership
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if


def grant_role(*, person_id: int, role: Role, intent: SignedIntent) -> RoleMembership:
    """
    Give `role` to a person.

    Raises NotAuthorised; ActionRefused (ROLE_ALREADY_HELD, ROLES_EXCLUDE_EACH_OTHER, DEACTIVATED).
    Source: Annex 11 (2011) section 12.3; URS-15, URS-16.
    """
    with signed_change(intent, action="grant_role") as change:
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
        change.subject.update(person=person.user_id, role=role.value)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        refuse_if(refusals_to_give(person, role))
        membership = give(person, role)
        change.sign([membership])
    return membership
