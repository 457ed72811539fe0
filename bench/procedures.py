"""The procedures that a measurement works by: approved, governing, and read by the cast."""

from collections.abc import Callable

from django.utils import timezone

from audit.authors import Attribution, SignedIntent
from audit.models import Meaning
from sop.action import Action
from sop.actions.approve_version import approve_version
from sop.actions.begin_procedure import begin_procedure
from sop.actions.set_governance import set_governance
from sop.actions.sign_read_understood import sign_read_understood
from sop.actions.submit_version import submit_version
from sop.documents.document import Coverage, ProcedureDocument
from sop.documents.steps import ActStep, ConfirmStep
from sop.governed import GOVERNED
from sop.models import Follows, Procedure, ProcedureVersion
from sop.setting_rules import WantedRule, Way, newest_rule_change

ALL_WORK, STEPS = "BENCH-ALL", "BENCH-STEPS"
MANY = 100
Proof = Callable[[str, Meaning], SignedIntent]


def put_in_force(proof: Proof, writes: Attribution, readers: list[str]) -> None:
    """Let one procedure govern every action on its own screen, and another be run; once."""
    if Procedure.objects.filter(code=ALL_WORK).exists():
        return
    acts = [ActStep(key=str(a).replace("_", "-"), title=a.label, action=a) for a in Action]
    every = _approved(
        ProcedureDocument(code=ALL_WORK, title="All work", steps=tuple(acts)), proof, writes
    )
    confirms = [ConfirmStep(key=f"step-{n}", title=f"Confirm {n}") for n in range(MANY)]
    run = ProcedureDocument(
        code=STEPS, title="Many steps", coverage=Coverage.RECORDS, steps=tuple(confirms)
    )
    stepped = _approved(run, proof, writes)
    set_governance(
        rules=[
            WantedRule(
                action=Action(action),
                procedure_id=every.procedure_id,
                follows=Follows.SCREEN,
                way=Way.INSTEAD,
            )
            for action in sorted(GOVERNED)
        ],
        seen_until=newest_rule_change(),
        intent=proof("bench-reader", Meaning.APPROVED),
        at=timezone.now(),
    )
    for version in (every, stepped):
        for reader in readers:
            sign_read_understood(
                version_id=version.pk,
                intent=proof(reader, Meaning.RESPONSIBILITY),
                at=timezone.now(),
            )


def _approved(said: ProcedureDocument, proof: Proof, writes: Attribution) -> ProcedureVersion:
    draft = begin_procedure(document=said, by=writes)
    submit_version(version_id=draft.pk, intent=proof(writes.actor.user_id, Meaning.PERFORMED))
    return approve_version(
        version_id=draft.pk,
        effective_at=None,
        intent=proof("bench-reader", Meaning.APPROVED),
        at=timezone.now(),
    )
