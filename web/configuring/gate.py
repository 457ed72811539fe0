"""Who may see and who may change what is set up."""

from accounts.asking import APPROVERS
from accounts.models import Person
from accounts.roles import Role
from audit.errors import NotAuthorised, Refusal

READERS = frozenset({Role.ADMINISTRATOR, Role.QA, Role.INSPECTOR})


def insist_on(person: Person, *roles: Role) -> None:
    """
    Insist that somebody holds one of the roles, before anything is shown.

    Raises NotAuthorised: they hold none of them. The actions ask again inside their transaction.
    """
    if frozenset(roles).isdisjoint(person.role_names()):
        names = " or ".join(str(role.label).lower() for role in roles)
        words = f"This takes the role {names}. Ask somebody who holds it."
        raise NotAuthorised([Refusal("ROLE_MISSING", words)])


def is_administrator(person: Person) -> bool:
    """Say whether somebody sets things up."""
    return Role.ADMINISTRATOR in person.role_names()


def may_decide(person: Person) -> bool:
    """Say whether somebody may decide on requests for access, those of others."""
    return not set(APPROVERS).isdisjoint(person.role_names())
