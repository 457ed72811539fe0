"""Setting how long records are kept, always as a new version."""

from collections.abc import Mapping

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import MEANWHILE, refused_by
from audit.errors import refuse_if
from inventory.models import RetentionSchedule
from inventory.rules.retention import refusals_of_periods


def set_retention(*, months: Mapping[str, int], intent: SignedIntent) -> RetentionSchedule:
    """
    Put a new version of the periods in force, signed by quality; earlier versions stay.

    months: by the code of each rule that applies.
    Raises NotAuthorised; ActionRefused (UNKNOWN_RULE, SHORTER_THAN_LAW, OUT_OF_BOUNDS, NO_RULE,
    NOTHING_CHANGES, BUSY).
    Source: 21 CFR 211.180, 600.12(b), 1271.270(d); URS-78.
    """
    with signed_change(intent, action="set_retention") as change:
        require_role(intent.signer, [Role.QA])
        newest = RetentionSchedule.objects.order_by("-version").first()
        refuse_if(refusals_of_periods(months, {} if newest is None else newest.months))
        row = RetentionSchedule(
            version=1 if newest is None else newest.version + 1, months=dict(months)
        )
        with refused_by("inventory_retentionschedule_version_key", MEANWHILE):
            row.save(force_insert=True)
        change.sign([row])
    return row
