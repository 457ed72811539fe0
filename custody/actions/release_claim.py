"""Giving claimed vials back to everybody."""

from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import Refusal, refuse_if
from audit.writes import update_all
from custody.ledger import Entry, append, snapshot
from custody.locks import lock_retrieval, lock_vials
from custody.models import Claim, EventKind, Retrieval, RetrievalStatus
from custody.steps import require_authority_over
from inventory.models import IN_HAND, Vial
from sop.action import Action


def release_claim(*, retrieval_id: int, attribution: Attribution, at: datetime) -> Retrieval:
    """
    Release all claims of a retrieval, which is open again; only when the vials are in storage.

    Raises NotFound; NotAuthorised; ActionRefused (NOT_CLAIMED, STILL_OUT).
    Source: REQUIREMENTS scenario 11; URS-32.
    """
    with attributed_change(attribution, action=Action.RELEASE_CLAIM) as change:
        claims = list(Claim.objects.open().filter(retrieval=retrieval_id).order_by("vial"))
        refuse_if([] if claims else [Refusal("NOT_CLAIMED", "Nothing is claimed for it.")])
        vials = lock_vials(claim.vial_id for claim in claims)
        retrieval = lock_retrieval(retrieval_id)
        change.subject.update(retrieval=retrieval.order_number)
        require_authority_over(change, Action.RELEASE_CLAIM, vials)
        refuse_if([refusal for vial in vials for refusal in _refusals(vial)])
        for claim in claims:
            claim.released_at = at
        update_all(claims, ["released_at"])
        retrieval.status, retrieval.claimed_by, retrieval.claimed_at = (
            RetrievalStatus.REQUESTED,
            None,
            None,
        )
        retrieval.witness = None
        retrieval.save(update_fields=["status", "claimed_by", "claimed_at", "witness"])
        entry = Entry(
            kind=EventKind.CLAIM_RELEASED,
            reason=attribution.reason,
            details={"order": retrieval.order_number},
        )
        append(change, vials, snapshot(vials), entry, at=at)
        return retrieval


def _refusals(vial: Vial) -> list[Refusal]:
    if vial.custody not in IN_HAND:
        return []
    return [
        Refusal(
            "STILL_OUT", f"{vial.code} is in {vial.custodian}'s hands. Put it back into storage."
        )
    ]
