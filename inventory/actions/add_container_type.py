"""Adding a type of container: a model of freezer, rack, box, cane, cassette rack or bin."""

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import Refusal, refuse_if
from inventory.models import ContainerType
from inventory.rules.designs import Design, refusals_of_design
from inventory.rules.naming import refusals_of_name

TAKEN_MEANWHILE = Refusal("NAME_TAKEN", "Somebody else has just added a type of this name.")


def add_container_type(*, name: str, design: Design, intent: SignedIntent) -> ContainerType:
    """
    Add a type of container, signed by an administrator; layouts are data, so no code changes.

    Raises NotAuthorised; ActionRefused (NAME_*, LAYOUT_INCOMPLETE, TOO_MANY_PLACES,
    ACCEPTS_NOTHING, WRONG_ACCEPTS, STORAGE_CLASS_*,
    UNIT_LIFTED).
    Source: 21 CFR 1271.260(a); REQUIREMENTS B3; URS-106.
    """
    with signed_change(intent, action="add_container_type") as change:
        change.subject.update(name=name)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        taken = ContainerType.objects.filter(name=name.strip()).exists()
        refuse_if(
            refusals_of_name(name, taken=taken, what="container type", longest=60)
            + refusals_of_design(design)
        )
        row = ContainerType(
            name=name.strip(),
            category=design.category,
            layout=design.layout,
            rows=design.rows,
            columns=design.columns,
            names=[place.strip() for place in design.names],
            limit=design.limit,
            holds=design.holds,
            accepts=list(design.accepts),
            storage_class=design.storage_class,
            is_lifted=design.is_lifted,
        )
        with refused_by("inventory_containertype_name_key", TAKEN_MEANWHILE):
            row.save(force_insert=True)
        change.sign([row])
        return row
