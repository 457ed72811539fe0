"""Setting how alarms are escalated."""

from dataclasses import asdict

from django.db.models import Max

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import MEANWHILE, refused_by
from audit.errors import refuse_if
from temperature.models import TellingRules
from temperature.rules.telling import Rules, refusals_of_rules


def set_telling_rules(*, rules: Rules, intent: SignedIntent) -> TellingRules:
    """
    Put a new version of the rules of telling in force, signed by QA, at once.

    rules: its `version` is not read; the next one is given.
    Raises NotAuthorised; ActionRefused (OUT_OF_BOUNDS, BUSY).
    Source: draft Annex 11 section 8; URS-107, URS-110.
    """
    with signed_change(intent, action="set_telling_rules") as change:
        require_role(intent.signer, [Role.QA])
        refuse_if(refusals_of_rules(rules))
        newest = TellingRules.objects.aggregate(newest=Max("version"))["newest"] or 0
        row = TellingRules(**asdict(rules) | {"version": newest + 1})
        with refused_by("temperature_tellingrules_version_key", MEANWHILE):
            row.save(force_insert=True)
        change.sign([row])
    return row
