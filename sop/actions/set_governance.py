"""Setting which procedure governs which actions, and where."""

from collections.abc import Sequence
from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import MEANWHILE, refused_by
from audit.errors import refuse_if
from audit.writes import create_all, update_all
from sop.models import Governance
from sop.setting_rules import WantedRule, locked_ground, refusals_to_set


def set_governance(
    *, rules: Sequence[WantedRule], intent: SignedIntent, at: datetime
) -> list[Governance]:
    """
    Let procedures govern actions, each in the place of the rule for exactly the same scope.

    It holds at once. Quality signs; who looks after the system does not decide how product is
    handled. Rules: one or more, each scope once; all of them stand, or none.
    Raises NotFound; NotAuthorised; ActionRefused (NOTHING_WANTED, SCOPE_TWICE, SCOPE_CONTRADICTS,
    PROCEDURE_RETIRED, NO_APPROVED_VERSION, NO_SUCH_STEP, AS_IT_IS, NO_RULE, BUSY).
    Source: 21 CFR 211.100(a), (b), 11.10(k); URS-23, URS-25.
    """
    with signed_change(intent, action="set_governance") as change:
        change.subject.update(actions=[rule.action.value for rule in rules])
        ground = locked_ground(rules, at=at)
        require_role(intent.signer, [Role.QA])
        refuse_if(refusals_to_set(rules, ground, at=at))
        old = [ground.standing[rule.scope] for rule in rules if rule.scope in ground.standing]
        for row in old:
            row.ended_at = at
        update_all(old, ["ended_at"])
        new = [
            Governance(
                action=rule.action,
                site_id=rule.site_id,
                program_id=rule.program_id,
                product_id=rule.product_id,
                procedure_id=rule.procedure_id,
                follows=rule.follows,
            )
            for rule in rules
            if rule.procedure_id is not None
        ]
        with refused_by("sop_one_rule_for_each_scope", MEANWHILE):
            made = create_all(new)
        change.sign([*old, *made])
    return made
