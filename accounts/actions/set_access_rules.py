"""Setting what the site demands of passwords and sessions."""

from dataclasses import asdict

from django.db import transaction
from django.db.models import Max

from accounts.access_rules import BOUNDS, Limits, forget_limits
from accounts.authority import require_role
from accounts.models import AccessRules
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import MEANWHILE, refused_by
from audit.errors import Refusal, refuse_if


def set_access_rules(*, limits: Limits, intent: SignedIntent) -> AccessRules:
    """
    Put a new version of the rules of access in force, for everybody and at once.

    limits: its `version` is not read; the next one is given.
    Raises NotAuthorised; ActionRefused (OUT_OF_BOUNDS, BUSY).
    Source: 21 CFR 11.300(b), (d); URS-19, URS-66, URS-68.
    """
    with signed_change(intent, action="set_access_rules") as change:
        require_role(intent.signer, [Role.ADMINISTRATOR])
        refuse_if(_refusals(limits))
        newest = AccessRules.objects.aggregate(newest=Max("version"))["newest"] or 0
        row = AccessRules(**asdict(limits) | {"version": newest + 1})
        with refused_by("accounts_accessrules_version_key", MEANWHILE):
            row.save(force_insert=True)
        change.sign([row])
        transaction.on_commit(forget_limits)
    return row


def _refusals(limits: Limits) -> list[Refusal]:
    return [
        Refusal("OUT_OF_BOUNDS", f"{label}: from {least} to {most}.")
        for name, (label, least, most) in BOUNDS.items()
        if not least <= getattr(limits, name) <= most
    ]
