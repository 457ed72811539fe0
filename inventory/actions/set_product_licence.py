"""Saying whether a product is on the market under a licence."""

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, Refusal, refuse_if
from inventory.models import Product

UNKNOWN_PRODUCT = Refusal("UNKNOWN_PRODUCT", "No such product. Choose it from the list.")
NOTHING_CHANGES = Refusal("NOTHING_CHANGES", "This is so already. Nothing was changed.")


def set_product_licence(*, product_id: int, is_licensed: bool, intent: SignedIntent) -> Product:
    """
    Say whether a product is licensed, signed by QA; deviations on what was distributed follow it.

    Raises NotFound; NotAuthorised; ActionRefused (NOTHING_CHANGES).
    Source: 21 CFR 600.14; URS-114.
    """
    with signed_change(intent, action="set_product_licence") as change:
        rows = Product.objects.select_for_update(of=("self",), no_key=True)
        product = rows.filter(pk=product_id).first()
        require_role(intent.signer, [Role.QA])
        if product is None:
            raise NotFound([UNKNOWN_PRODUCT])
        change.subject.update(product=product.code)
        refuse_if([NOTHING_CHANGES] if product.is_licensed == is_licensed else [])
        product.is_licensed = is_licensed
        product.save(update_fields=["is_licensed"])
        change.sign([product])
        return product
