"""Adding a sponsor, who owns programs."""

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import Refusal, refuse_if
from inventory.models import Sponsor
from inventory.rules.naming import refusals_of_name

TAKEN_MEANWHILE = Refusal("NAME_TAKEN", "Somebody else has just added a sponsor of this name.")


def add_sponsor(*, name: str, intent: SignedIntent) -> Sponsor:
    """
    Add a sponsor, signed by an administrator.

    Raises NotAuthorised; ActionRefused (NAME_*).
    """
    with signed_change(intent, action="add_sponsor") as change:
        change.subject.update(name=name)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        taken = Sponsor.objects.filter(name=name.strip()).exists()
        refuse_if(refusals_of_name(name, taken=taken, what="sponsor"))
        sponsor = Sponsor(name=name.strip())
        with refused_by("inventory_sponsor_name_key", TAKEN_MEANWHILE):
            sponsor.save(force_insert=True)
        change.sign([sponsor])
        return sponsor
