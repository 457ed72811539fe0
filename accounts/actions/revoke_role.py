"""Taking a role back."""

from accounts.authority import require_role
from accounts.models import RoleMembership
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if


def revoke_role(*, person_id: int, role: Role, intent: SignedIntent) -> None:
    """
    Take `role` back from a person; the closing history row says who did and why.

    Raises NotAuthorised; ActionRefused (ROLE_NOT_HELD).
    Source: Annex 11 (2011) section 12.3; URS-16.
    """
    with signed_change(intent, action="revoke_role") as change:
        held = RoleMembership.objects.select_for_update(of=("self",)).filter(
            person=person_id, group__name=role
        )
        require_role(intent.signer, [Role.ADMINISTRATOR])
        membership = held.first()
        if membership is None:
            refuse_if([Refusal("ROLE_NOT_HELD", f"The account does not hold {role.label}.")])
            return
        change.sign([membership])
        membership.delete()
