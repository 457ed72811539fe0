"""Checking vials out of storage into somebody's hands."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import models

from audit.authors import SignedIntent
from audit.changes import OpenChange, signed_change
from audit.errors import Refusal, refuse_if
from audit.writes import update_all
from custody.claimed import Claimed, lock_claimed, lock_vials_with_places
from custody.gate import refusals_of_the_gate
from custody.ledger import Before, Entry, snapshot, write
from custody.models import (
    Claim,
    CustodyEvent,
    EventKind,
    PickScan,
    Retrieval,
    RetrievalStatus,
    Seat,
)
from custody.rules.people import refusals_without_second
from custody.rules.statuses import refusals_to_enter
from custody.steps import claims_on, hand_to, of_each, require_authority_over
from inventory.models import Custody, Vial
from sop.action import Action


class InternalPurpose(models.TextChoices):
    """Why a vial leaves its place without an order of a patient."""

    QC = "qc", "QC testing"
    REARRANGE = "rearrange", "Rearranging"
    DISCARD = "discard", "Discarding"
    SPLIT = "split", "Splitting"
    TRANSFER = "transfer", "Transfer to another place"


def check_out_vials(
    *, vial_ids: Sequence[int], purpose: InternalPurpose, intent: SignedIntent, at: datetime
) -> list[CustodyEvent]:
    """
    Check vials out for `purpose`, signed by two people; their places are kept for them.

    Raises NotFound; NotAuthorised; ActionRefused (SECOND_PERSON_MISSING, WRONG_CUSTODY,
    VIAL_GONE, CLAIMED).
    Source: REQUIREMENTS B8, B9; URS-31, URS-32.
    """
    with signed_change(intent, action=Action.CHECK_OUT_VIALS) as change:
        vials = lock_vials_with_places(vial_ids)
        change.subject.update(vials=[vial.code for vial in vials], purpose=purpose)
        require_authority_over(change, Action.CHECK_OUT_VIALS, vials)
        refuse_if(
            refusals_without_second(intent)
            + of_each(vials, lambda vial: refusals_to_enter(vial, Custody.CHECKED_OUT))
            + _refusals_of_claims(vials)
        )
        entry = Entry(
            kind=EventKind.CHECKED_OUT, reason=intent.reason, details={"purpose": purpose}
        )
        return _take_out(change, vials, entry, at)


def check_out_retrieval(
    *, retrieval_id: int, intent: SignedIntent, at: datetime
) -> list[CustodyEvent]:
    """
    Check out everything claimed for a retrieval, scanned by two people who both sign now.

    Raises NotFound; NotAuthorised; ActionRefused (SECOND_PERSON_MISSING, NOT_CLAIMED_BY_YOU,
    NOT_SCANNED, SIGNER_DIFFERS, and whatever the gate says of each vial).
    Source: REQUIREMENTS B9; 21 CFR 211.188(b)(11); URS-29, URS-31, URS-89.
    """
    with signed_change(intent, action=Action.CHECK_OUT_VIALS) as change:
        claimed = lock_claimed(retrieval_id)
        retrieval, claims, vials = claimed.retrieval, claimed.claims, claimed.vials
        change.subject.update(retrieval=retrieval.order_number)
        require_authority_over(
            change, Action.CHECK_OUT_VIALS, vials, programs=[retrieval.program_id]
        )
        refuse_if(refusals_without_second(intent))
        scans = _scans(claims)
        refuse_if(_refusals_of_people(retrieval, claims, scans, intent))
        refuse_if(
            of_each(vials, lambda vial: refusals_to_enter(vial, Custody.CHECKED_OUT))
            + refusals_of_the_gate(vials, retrieval, at=at)
        )
        events = _take_out(change, vials, _picked(claimed, scans, intent), at)
        retrieval.status = RetrievalStatus.PICKED
        retrieval.save(update_fields=["status"])
        return events


def _picked(
    claimed: Claimed, scans: Mapping[tuple[int, str], PickScan], intent: SignedIntent
) -> Entry:
    """Return the entry of a pick, with what each of the two people scanned."""
    pairs = list(zip(claimed.vials, claimed.claims, strict=True))
    return Entry(
        kind=EventKind.CHECKED_OUT,
        reason=intent.reason,
        codes={
            vial.pk: (vial.code, scans[claim.pk, Seat.PICKER].scanned_code) for vial, claim in pairs
        },
        details={
            "purpose": claimed.retrieval.purpose,
            "order": claimed.retrieval.order_number,
        },
        each={
            vial.pk: {"witness_scanned": scans[claim.pk, Seat.WITNESS].scanned_code}
            for vial, claim in pairs
        },
    )


def _take_out(
    change: OpenChange, vials: list[Vial], entry: Entry, at: datetime
) -> list[CustodyEvent]:
    before = snapshot(vials)
    hand_to(change, vials, Custody.CHECKED_OUT)
    events = write(change, vials, before, entry, at=at)
    _keep_places(vials, before)
    change.sign(events)
    return events


def _keep_places(vials: Sequence[Vial], before: Mapping[int, Before]) -> None:
    """Keep for each vial the place it stood in; what was unpacked had none."""
    kept = []
    for vial in vials:
        was = before[vial.pk].position
        if was is not None:
            was.reserved_for = vial
            kept.append(was)
    update_all(kept, ["reserved_for"])


def _refusals_of_claims(vials: Sequence[Vial]) -> list[Refusal]:
    return [
        Refusal(
            "CLAIMED",
            f"{claim.vial.code} is held by {claim.claimed_by} since "
            f"{claim.claimed_at:%H:%M} UTC for {claim.retrieval}.",
        )
        for claim in claims_on(vials).values()
    ]


def _scans(claims: Sequence[Claim]) -> dict[tuple[int, str], PickScan]:
    rows = PickScan.objects.filter(claim__in=claims)
    return {(scan.claim_id, scan.seat): scan for scan in rows}


def _refusals_of_people(
    retrieval: Retrieval,
    claims: Sequence[Claim],
    scans: dict[tuple[int, str], PickScan],
    intent: SignedIntent,
) -> list[Refusal]:
    refusals = []
    if retrieval.status != RetrievalStatus.CLAIMED or retrieval.claimed_by_id != intent.signer.pk:
        refusals.append(
            Refusal(
                "NOT_CLAIMED_BY_YOU",
                f"{retrieval.order_number} is “{retrieval.get_status_display()}” by "
                f"{retrieval.claimed_by or 'nobody'}. Claim it yourself first.",
            )
        )
    seats = {Seat.PICKER: intent.signer, Seat.WITNESS: intent.second and intent.second.signer}
    for seat, signer in seats.items():
        found = [scans.get((claim.pk, seat)) for claim in claims]
        if not all(found):
            refusals.append(
                Refusal("NOT_SCANNED", f"The {seat.label.lower()} has not scanned every vial yet.")
            )
        if any(scan and signer and scan.person_id != signer.pk for scan in found):
            refusals.append(
                Refusal(
                    "SIGNER_DIFFERS",
                    f"Somebody else scanned as {seat.label.lower()}. Whoever scanned must sign.",
                )
            )
    return refusals
