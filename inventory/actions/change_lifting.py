"""Saying anew whether containers of a type are taken out to reach what is in them."""

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, Refusal, refuse_if
from inventory.models import ContainerType
from inventory.rules.designs import refusals_of_lifting

UNKNOWN_TYPE = Refusal("UNKNOWN_TYPE", "No such container type. Choose it from the list.")
NOTHING_CHANGES = Refusal("NOTHING_CHANGES", "This is so already. Nothing was changed.")


def change_lifting(*, type_id: int, is_lifted: bool | None, intent: SignedIntent) -> ContainerType:
    """
    Say whether it is taken out, signed with its reason by an administrator; from now on.

    is_lifted: None stands for what is usual for its category. What was recorded as taken out before
    stays so, and what was not stays not: lifts are recorded when they happen.
    Raises NotAuthorised; NotFound (UNKNOWN_TYPE); ActionRefused (UNIT_LIFTED, NOTHING_CHANGES).
    Source: REQUIREMENTS B3, B5; URS-105, URS-112.
    """
    with signed_change(intent, action="change_lifting") as change:
        require_role(intent.signer, [Role.ADMINISTRATOR])
        kind = ContainerType.objects.select_for_update(no_key=True).filter(pk=type_id).first()
        if kind is None:
            raise NotFound([UNKNOWN_TYPE])
        change.subject.update(type=kind.name)
        refuse_if(refusals_of_lifting(kind.category, is_lifted=is_lifted))
        refuse_if([NOTHING_CHANGES] if kind.is_lifted is is_lifted else [])
        kind.is_lifted = is_lifted
        kind.save(update_fields=["is_lifted"])
        change.sign([kind])
        return kind
