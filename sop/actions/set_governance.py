"""Setting which procedures govern which actions, and where."""

from collections.abc import Sequence
from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from audit.writes import create_all, update_all
from sop.models import Governance
from sop.setting_rules import WantedRule, Way, locked_ground, refusals_to_set


def set_governance(
    *, rules: Sequence[WantedRule], seen_until: int, intent: SignedIntent, at: datetime
) -> list[Governance]:
    """
    Set or end rules that say which procedures govern actions; all of them, or none, and at once.

    Quality signs: who looks after the system does not decide how product is handled.
    rules: each scope once. seen_until: the newest change to any rule when the signer looked.
    Raises NotFound; NotAuthorised; ActionRefused (NOTHING_WANTED, RULES_CHANGED, SCOPE_TWICE,
    SCOPE_CONTRADICTS, NEVER_GOVERNED, PROCEDURE_RETIRED, NO_APPROVED_VERSION, NO_SUCH_STEP,
    AS_IT_IS, NO_RULE).
    Source: 21 CFR 211.100(a), (b), 11.10(k); URS-23, URS-25.
    """
    with signed_change(intent, action="set_governance") as change:
        change.subject.update(actions=[rule.action.value for rule in rules])
        ground = locked_ground(rules, at=at)
        require_role(intent.signer, [Role.QA])
        refuse_if(refusals_to_set(rules, ground, seen_until=seen_until, at=at))
        old = [row for rule in rules for row in ground.ends(rule)]
        for row in old:
            row.ended_at = at
        update_all(old, ["ended_at"])
        made = create_all(
            [
                Governance(
                    action=rule.action,
                    site_id=rule.site_id,
                    program_id=rule.program_id,
                    product_id=rule.product_id,
                    procedure_id=rule.procedure_id,
                    follows=rule.follows,
                )
                for rule in rules
                if rule.way != Way.END
            ]
        )
        change.sign([*old, *made])
    return made
