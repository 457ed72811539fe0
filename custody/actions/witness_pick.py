"""Joining a pick as the second person."""

from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if
from custody.locks import lock_retrieval
from custody.models import Retrieval, RetrievalStatus
from sop.action import Action
from sop.gate import Scope, admit


def witness_pick(*, retrieval_id: int, intent: SignedIntent) -> Retrieval:
    """
    Make the signer the witness of a pick, who scans every vial independently.

    Raises NotFound; NotAuthorised; ActionRefused (NOT_CLAIMED, SAME_PERSON).
    Source: REQUIREMENTS B9; 21 CFR 211.188(b)(11); URS-31.
    """
    with signed_change(intent, action=Action.WITNESS_PICK) as change:
        retrieval = lock_retrieval(retrieval_id)
        change.subject.update(retrieval=retrieval.order_number)
        scope = Scope(programs=[retrieval.program_id], run_of=retrieval.claimed_by_id)
        admit(change, Action.WITNESS_PICK, scope)
        refuse_if(_refusals(retrieval, intent))
        retrieval.witness_id = intent.signer.pk
        retrieval.save(update_fields=["witness"])
        change.sign([retrieval])
        return retrieval


def _refusals(retrieval: Retrieval, intent: SignedIntent) -> list[Refusal]:
    refusals = []
    if retrieval.status != RetrievalStatus.CLAIMED:
        refusals.append(
            Refusal("NOT_CLAIMED", f"{retrieval.order_number} is not claimed by anybody.")
        )
    if retrieval.claimed_by_id == intent.signer.pk:
        refusals.append(
            Refusal("SAME_PERSON", "You claimed this pick: the witness must be somebody else.")
        )
    return refusals
