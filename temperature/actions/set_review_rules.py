"""Setting how often readings and the log of alarms are reviewed."""

from dataclasses import asdict

from django.db.models import Max

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import MEANWHILE, refused_by
from audit.errors import refuse_if
from temperature.models import ReviewRules
from temperature.rules.reviewing import DueRules, refusals_of_due_rules


def set_review_rules(*, rules: DueRules, intent: SignedIntent) -> ReviewRules:
    """
    Put a new version of the rules of reviewing in force, signed by QA, at once.

    rules: its `version` is not read; the next one is given.
    Raises NotAuthorised; ActionRefused (OUT_OF_BOUNDS, BUSY).
    Source: draft Annex 11 section 8; URS-104, URS-107.
    """
    with signed_change(intent, action="set_review_rules") as change:
        require_role(intent.signer, [Role.QA])
        refuse_if(refusals_of_due_rules(rules))
        newest = ReviewRules.objects.aggregate(newest=Max("version"))["newest"] or 0
        row = ReviewRules(**asdict(rules) | {"version": newest + 1})
        with refused_by("temperature_reviewrules_version_key", MEANWHILE):
            row.save(force_insert=True)
        change.sign([row])
    return row
