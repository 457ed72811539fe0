"""Giving a role to somebody."""

from django.contrib.auth.models import Group

from accounts.authority import require_role
from accounts.models import Person, RoleMembership
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if


def grant_role(*, person_id: int, role: Role, intent: SignedIntent) -> RoleMembership:
    """
    Give `role` to a person.

    Raises NotAuthorised; ActionRefused (ROLE_ALREADY_HELD).
    Source: Annex 11 (2011) section 12.3; URS-16.
    """
    with signed_change(intent, action="grant_role") as change:
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        if person.groups.filter(name=role).exists():
            refuse_if([Refusal("ROLE_ALREADY_HELD", f"{person} already holds {role.label}.")])
        membership = RoleMembership(person=person, group=Group.objects.get(name=role))
        membership.save(force_insert=True)
        change.sign([membership])
    return membership
