"""Whether somebody holds a role; what is more than a role, `sop` decides."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef

from accounts.models import Person, RoleMembership
from accounts.roles import Role
from audit.authors import Author
from audit.errors import NotAuthorised, Refusal


def require_role(actor: Author, allowed: Collection[Role]) -> None:
    """
    Insist that `actor` is active and holds one of the `allowed` roles, as the database says now.

    Raises NotAuthorised: deactivated since, or without such a role.
    Source: 21 CFR 11.10(d), (g); URS-14, URS-27.
    """
    held = RoleMembership.objects.filter(person=OuterRef("pk"), group__name__in=list(allowed))
    people = Person.objects.filter(pk=actor.pk).annotate(holds_role=Exists(held))
    is_active, holds_role = people.values_list("is_active", "holds_role").first() or (False, False)
    insist_on_role(is_active, holds_role, allowed)


def insist_on_role(is_active: bool, holds_role: bool, allowed: Collection[Role]) -> None:  # noqa: FBT001 - two facts of one row
    """
    Refuse a person by these facts.

    Raises NotAuthorised: the account is closed, or holds none of the `allowed` roles.
    """
    if not is_active:
        raise NotAuthorised(
            [Refusal("DEACTIVATED", "This account was deactivated. Ask an administrator.")]
        )
    if not holds_role:
        names = " or ".join(str(role.label).lower() for role in sorted(allowed))
        raise NotAuthorised(
            [Refusal("ROLE_MISSING", f"This takes the role {names}. Ask somebody who holds it.")]
        )
