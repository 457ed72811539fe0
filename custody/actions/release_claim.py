"""Giving claimed vials back to everybody."""

from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import Refusal, refuse_if
from custody.claimed import let_go, lock_claimed
from custody.lifts import Reach, note_lift
from custody.models import Retrieval
from custody.steps import admit_over, of_each
from inventory.models import IN_HAND, Vial
from sop.action import Action

NOTHING_CLAIMED = Refusal("NOT_CLAIMED", "Nothing is claimed for it. Open it from the list again.")


def release_claim(*, retrieval_id: int, attribution: Attribution, at: datetime) -> Retrieval:
    """
    Release all claims of a retrieval, which is open again; only when the vials are in storage.

    Raises NotFound; NotAuthorised; ActionRefused (NOT_CLAIMED, STILL_OUT).
    Source: REQUIREMENTS scenario 11; URS-32.
    """
    with attributed_change(attribution, action=Action.RELEASE_CLAIM) as change:
        claimed = lock_claimed(retrieval_id)
        retrieval, claims, vials = claimed.retrieval, claimed.claims, claimed.vials
        change.subject.update(retrieval=retrieval.order_number)
        admit_over(change, Action.RELEASE_CLAIM, vials, programs=[retrieval.program_id])
        refuse_if([] if claims else [NOTHING_CLAIMED])
        refuse_if(of_each(vials, _refusals))
        places = [vial.position_id for vial in vials if vial.position_id is not None]
        note_lift(change, Reach.BACK, positions=places, at=at)
        let_go(change, claimed, reason=attribution.reason, at=at)
        return retrieval


def _refusals(vial: Vial) -> list[Refusal]:
    if vial.custody not in IN_HAND:
        return []
    return [
        Refusal(
            "STILL_OUT", f"{vial.code} is in {vial.custodian}'s hands. Put it back into storage."
        )
    ]
