"""What giving a role takes, on whatever way it is given."""

from django.contrib.auth.models import Group

from accounts.asking import Wanted
from accounts.models import Person, RequestedKind, RoleMembership
from accounts.roles import Role
from accounts.sides import ONE_SIDE, refusals_to_combine
from audit.constraints import refused_anew_by
from audit.errors import Refusal


def role_wanted(role: Role) -> Wanted:
    """Describe a role that somebody is to get."""
    return Wanted(kind=RequestedKind.ROLE, role=role.value, what=str(role.label))


def refusals_to_give(person: Person, role: Role) -> list[Refusal]:
    """
    Say every reason why `role` may not be given to a person; empty when it may.

    Source: URS-15, URS-16.
    """
    held = RoleMembership.objects.filter(person=person).values_list("group__name", flat=True)
    return reasons_against(person, role, list(held))


def reasons_against(person: Person, role: Role, held: list[str]) -> list[Refusal]:
    """
    Say what speaks against giving `role` to somebody with these roles.

    held: names of the roles that the person holds now.
    """
    if role in held:
        return [Refusal("ROLE_ALREADY_HELD", f"{person} already holds {role.label}.")]
    refusals = refusals_to_combine([*held, role])
    if not person.is_active:
        words = f"{person.full_name}'s account is closed and gets no roles."
        refusals.append(Refusal("DEACTIVATED", words))
    return refusals


def give(person: Person, role: Role) -> RoleMembership:
    """
    Write a role of a person into the open Change.

    Raises ActionRefused (ROLES_EXCLUDE_EACH_OTHER, ROLE_ALREADY_HELD): somebody was quicker.
    """
    membership = RoleMembership(person=person, group=Group.objects.get(name=role))
    with refused_anew_by(
        [ONE_SIDE, "accounts_each_role_once"], lambda: refusals_to_give(person, role)
    ):
        membership.save(force_insert=True)
    return membership
