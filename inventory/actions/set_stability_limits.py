"""Setting what a product endures, always as a new version."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, Refusal, refuse_if
from inventory.models import Product, StabilityLimits
from inventory.rules.limits import Limits, refusals_of_limits

UNKNOWN_PRODUCT = Refusal("UNKNOWN_PRODUCT", "No such product. Choose it from the list.")


def set_stability_limits(
    *, product_id: int, limits: Limits, effective_at: datetime, intent: SignedIntent, at: datetime
) -> StabilityLimits:
    """
    Set a product's limits from `effective_at` on, signed by QA; earlier versions stay as they are.

    Raises NotFound; NotAuthorised; ActionRefused (IMPOSSIBLE_TEMPERATURE, NEGATIVE_EXPOSURE,
    SINGLE_ABOVE_TOTAL, EFFECTIVE_IN_THE_PAST, EFFECTIVE_BEFORE_LAST, NOTHING_CHANGES).
    Source: 21 CFR 1271.260(e); REQUIREMENTS B5; URS-35, URS-104.
    """
    with signed_change(intent, action="set_stability_limits") as change:
        rows = Product.objects.select_for_update(of=("self",), no_key=True)
        product = rows.filter(pk=product_id).first()
        require_role(intent.signer, [Role.QA])
        if product is None:
            raise NotFound([UNKNOWN_PRODUCT])
        change.subject.update(product=product.code)
        last = product.limits.order_by("-version").first()
        refuse_if(refusals_of_limits(limits, last=last, effective_at=effective_at, at=at))
        row = StabilityLimits(
            product=product,
            version=1 if last is None else last.version + 1,
            effective_at=effective_at,
            **vars(limits),
        )
        row.save(force_insert=True)
        change.sign([row])
        return row
