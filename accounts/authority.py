"""Whether somebody holds a role; what is more than a role, `sop` decides."""

from collections.abc import Collection

from accounts.held import stands
from accounts.models import Person
from accounts.roles import Role
from accounts.sides import refusals_to_combine
from audit.authors import Author
from audit.errors import NotAuthorised, Refusal

DEACTIVATED = Refusal("DEACTIVATED", "This account was deactivated. Ask an administrator.")


def require_role(actor: Author, allowed: Collection[Role]) -> None:
    """
    Insist that `actor` is active and holds one of the `allowed` roles, as the database says now.

    Emergency access counts while it lasts, by the database's clock, and not an instant longer.
    Raises NotAuthorised: deactivated since, without such a role, or with roles that exclude
    each other.
    Source: 21 CFR 11.10(d), (g); URS-14, URS-15, URS-22, URS-27.
    """
    is_active, held = stands(actor.pk)
    insist_on_role(is_active, held, allowed)


def require_own_account(actor: Author, person: Person) -> None:
    """
    Insist that somebody acts on their own account, whatever their roles.

    person: read in the open Change.
    Raises NotAuthorised: it is another's, or was deactivated since.
    Source: 21 CFR 11.10(d), 11.200(a)(2); URS-27, URS-58.
    """
    if person.pk != actor.pk:
        raise NotAuthorised([Refusal("OTHER_ACCOUNT", "Everybody keeps their own password.")])
    if not person.is_active:
        raise NotAuthorised([DEACTIVATED])


def insist_on_role(is_active: bool, held: Collection[str], allowed: Collection[Role]) -> None:  # noqa: FBT001 - a fact of the row
    """
    Refuse a person by these facts.

    held: names of the roles that the person holds now.
    Raises NotAuthorised: the account is closed, holds none of the `allowed` roles, or holds roles
    that exclude each other, which only somebody who goes round the database's rules can give.
    """
    if not is_active:
        raise NotAuthorised([DEACTIVATED])
    if set(held).isdisjoint(allowed):
        names = " or ".join(str(role.label).lower() for role in sorted(allowed))
        raise NotAuthorised(
            [Refusal("ROLE_MISSING", f"This takes the role {names}. Ask somebody who holds it.")]
        )
    excluded = refusals_to_combine(held)
    if excluded:
        raise NotAuthorised(excluded)
