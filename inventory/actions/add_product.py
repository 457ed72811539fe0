"""Adding a product that a program makes."""

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import refused_by
from audit.errors import NotFound, Refusal, refuse_if
from inventory.models import Product, Program, StorageClass
from inventory.rules.naming import refusals_of_code, refusals_of_name

UNKNOWN_PROGRAM = Refusal("UNKNOWN_PROGRAM", "No such program. Choose it from the list.")
TAKEN_MEANWHILE = Refusal(
    "CODE_TAKEN", "Somebody else has just given this code to another product."
)


def add_product(
    *,
    program_id: int,
    code: str,
    name: str,
    is_autologous: bool,
    storage_class: StorageClass,
    intent: SignedIntent,
) -> Product:
    """
    Add a product, signed by an administrator; its stability limits are set apart.

    code: as the batch record and the scheduling system name it.
    Raises NotFound; NotAuthorised; ActionRefused (CODE_*, NAME_*).
    Source: 21 CFR 1271.260(e); URS-104.
    """
    with signed_change(intent, action="add_product") as change:
        change.subject.update(code=code)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        program = Program.objects.filter(pk=program_id).first()
        if program is None:
            raise NotFound([UNKNOWN_PROGRAM])
        taken = Product.objects.filter(code=code.strip()).exists()
        refuse_if(
            refusals_of_code(code.strip(), taken=taken, what="product", longest=40)
            + refusals_of_name(name, taken=False, what="product", longest=200)
        )
        product = Product(
            program=program,
            code=code.strip(),
            name=name.strip(),
            is_autologous=is_autologous,
            storage_class=storage_class,
        )
        with refused_by("inventory_product_code_key", TAKEN_MEANWHILE):
            product.save(force_insert=True)
        change.sign([product])
        return product
