"""Claiming vials for a retrieval: exactly one person gets each."""

from collections.abc import Sequence
from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.constraints import refused_by
from audit.errors import Refusal, refuse_if
from audit.writes import create_all
from custody.availability import available
from custody.gate import refusals_of_the_gate
from custody.ledger import Entry, append, snapshot
from custody.locks import lock_retrieval, lock_vials
from custody.models import Claim, EventKind, Retrieval, RetrievalStatus
from custody.rules.claiming import (
    refusals_of_a_hold_by_others,
    refusals_of_place,
    refusals_to_skip,
    refusals_to_take_the_last,
)
from custody.rules.warm import Step
from custody.steps import admit_over, claims_on, of_each
from inventory.models import Purpose, Vial
from sop.action import Action

CLAIMED_MEANWHILE = Refusal(
    "CLAIMED", "Somebody else claimed it a moment ago. Nothing was changed: open it again."
)


def claim_vials(
    *,
    retrieval_id: int,
    vial_ids: Sequence[int],
    attribution: Attribution,
    at: datetime,
    reason_to_skip: str = "",
    reason_for_last: str = "",
) -> Retrieval:
    """
    Claim vials for a retrieval, all or none; while a claim stands nobody else gets the vial.

    reason_to_skip: why an allogeneic vial that expires earlier is passed over.
    reason_for_last: why a patient's last backup is taken.
    Raises NotFound; NotAuthorised; ActionRefused (CLAIMED, WRONG_COUNT, NOT_OPEN, NOT_STORED,
    NOT_FIRST_TO_EXPIRE, LAST_BACKUP, and whatever the gate says of each vial).
    Source: 21 CFR 11.10(f), 211.150(a); URS-32, URS-89, URS-96, URS-100.
    """
    with attributed_change(attribution, action=Action.CLAIM_VIALS) as change:
        vials = lock_vials(vial_ids)
        retrieval = lock_retrieval(retrieval_id)
        change.subject.update(retrieval=retrieval.order_number, vials=[vial.code for vial in vials])
        admit_over(change, Action.CLAIM_VIALS, vials)
        refuse_if(
            _refusals_of_the_retrieval(retrieval, vials)
            + refusals_of_a_hold_by_others(claims_on(vials))
            + of_each(vials, refusals_of_place)
            + refusals_of_the_gate(vials, retrieval, step=Step.PICK, at=at)
            + refusals_to_skip(vials, _earlier(retrieval, vials, at), reason_to_skip)
            + _refusals_of_the_last(retrieval, vials, reason_for_last, at)
        )
        _claim(retrieval, vials, attribution, at)
        reasons = {"reason_to_skip": reason_to_skip, "reason_for_last": reason_for_last}
        entry = Entry(
            kind=EventKind.CLAIMED,
            reason=attribution.reason,
            details={"order": retrieval.order_number, **reasons},
        )
        append(change, vials, snapshot(vials), entry, at=at)
        return retrieval


def _claim(
    retrieval: Retrieval, vials: Sequence[Vial], attribution: Attribution, at: datetime
) -> None:
    by = attribution.actor.pk
    with refused_by("custody_one_claim_per_vial", CLAIMED_MEANWHILE):
        create_all(
            [
                Claim(retrieval=retrieval, vial=vial, claimed_by_id=by, claimed_at=at)
                for vial in vials
            ]
        )
    retrieval.status = RetrievalStatus.CLAIMED
    retrieval.claimed_by_id, retrieval.claimed_at = by, at
    retrieval.save(update_fields=["status", "claimed_by", "claimed_at"])


def _refusals_of_the_retrieval(retrieval: Retrieval, vials: Sequence[Vial]) -> list[Refusal]:
    refusals = []
    if retrieval.status != RetrievalStatus.REQUESTED:
        refusals.append(
            Refusal(
                "NOT_OPEN",
                f"{retrieval.order_number} is “{retrieval.get_status_display()}” by "
                f"{retrieval.claimed_by or 'nobody'}.",
            )
        )
    if len(vials) != retrieval.quantity:
        refusals.append(
            Refusal(
                "WRONG_COUNT",
                f"{retrieval.order_number} asks for {retrieval.quantity}; {len(vials)} were "
                "chosen.",
            )
        )
    return refusals


def _earlier(retrieval: Retrieval, vials: Sequence[Vial], at: datetime) -> list[Vial]:
    """Return available unallocated vials of an allogeneic product that expire before a chosen."""
    if retrieval.product.is_autologous:
        return []
    rows = available(Vial.objects.all(), at=at).filter(
        batch__product=retrieval.product_id, therapy__isnull=True, purpose=retrieval.purpose
    )
    latest = max(vial.expires_at for vial in vials)
    earlier = rows.filter(expires_at__lt=latest).exclude(pk__in=[vial.pk for vial in vials])
    return list(earlier.order_by("expires_at", "pk")[:5])


def _refusals_of_the_last(
    retrieval: Retrieval, vials: Sequence[Vial], reason: str, at: datetime
) -> list[Refusal]:
    """Protect the last backup of a patient, whose cells cannot be had again."""
    if retrieval.purpose != Purpose.BACKUP or not retrieval.product.is_autologous:
        return []
    mine = Vial.objects.filter(therapy=retrieval.therapy_id, purpose=Purpose.BACKUP)
    spare = available(mine, at=at).exclude(pk__in=[vial.pk for vial in vials])
    chosen = [vial for vial in vials if vial.therapy_id == retrieval.therapy_id]
    return refusals_to_take_the_last(chosen, has_spare=spare.exists(), reason=reason)
