"""Whether somebody holds a role; what is more than a role, `sop` decides."""

from collections.abc import Collection

from accounts.models import Person
from accounts.roles import Role
from audit.authors import Author
from audit.errors import NotAuthorised, Refusal


def require_role(actor: Author, allowed: Collection[Role]) -> None:
    """
    Insist that `actor` is active and holds one of the `allowed` roles, as the database says now.

    Raises NotAuthorised: deactivated since, or without such a role.
    Source: 21 CFR 11.10(d), (g); URS-14, URS-27.
    """
    person = Person.objects.filter(pk=actor.pk, is_active=True)
    if not person.exists():
        raise NotAuthorised(
            [Refusal("DEACTIVATED", "This account was deactivated. Ask an administrator.")]
        )
    if not person.filter(groups__name__in=list(allowed)).exists():
        names = " or ".join(str(role.label).lower() for role in allowed)
        raise NotAuthorised(
            [Refusal("ROLE_MISSING", f"This takes the role {names}. Ask somebody who holds it.")]
        )
