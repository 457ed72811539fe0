"""Checking out everything claimed for a retrieval, scanned by two people."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from audit.authors import Author, SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if
from custody.carrying import details_of, find_carrier, refusals_to_carry
from custody.claimed import Claimed, lock_claimed
from custody.gate import refusals_of_the_gate
from custody.ledger import Entry
from custody.lifts import Reach
from custody.models import (
    Carrier,
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
from custody.rules.warm import Step
from custody.steps import admit_over, of_each, take_out
from custody.time_out import OUT_SINCE, picked_since
from inventory.models import Custody
from sop.action import Action


def check_out_retrieval(
    *, retrieval_id: int, intent: SignedIntent, at: datetime, carrier_id: int | None = None
) -> list[CustodyEvent]:
    """
    Check out everything claimed for a retrieval, scanned by two people who both sign now.

    Each vial is out since its own first scan; a budget spent since then stops no check-out.
    carrier_id: what they are carried in; None: on the open bench.
    Raises NotFound; NotAuthorised; ActionRefused (SECOND_PERSON_MISSING, NOT_CLAIMED_BY_YOU,
    NOT_SCANNED, SIGNER_DIFFERS, CARRIER_*, and whatever the gate says of each vial).
    Source: REQUIREMENTS B9; 21 CFR 211.188(b)(11); URS-29, URS-31, URS-89.
    """
    with signed_change(intent, action=Action.CHECK_OUT_VIALS) as change:
        claimed = lock_claimed(retrieval_id)
        retrieval, claims, vials = claimed.retrieval, claimed.claims, claimed.vials
        change.subject.update(retrieval=retrieval.order_number)
        admit_over(change, Action.CHECK_OUT_VIALS, vials, programs=[retrieval.program_id])
        refuse_if(refusals_without_second(intent))
        keys = [vial.pk for vial in vials]
        scans, carrier = _scans(claims), find_carrier(carrier_id)
        refuse_if(_refusals_of_people(retrieval, claims, scans, intent))
        refuse_if(
            of_each(vials, lambda vial: refusals_to_enter(vial, Custody.CHECKED_OUT))
            + refusals_to_carry(carrier, vials, at=at)
            + refusals_of_the_gate(vials, retrieval, step=Step.PICK, at=at)
        )
        entry = _picked(claimed, scans, carrier, intent, picked_since(keys, at=at))
        events = take_out(change, vials, entry, at=at, reach=Reach.PASSING)
        retrieval.status = RetrievalStatus.PICKED
        retrieval.save(update_fields=["status"])
        return events


def _picked(
    claimed: Claimed,
    scans: Mapping[tuple[int, str], PickScan],
    carrier: Carrier | None,
    intent: SignedIntent,
    out_since: Mapping[int, datetime],
) -> Entry:
    """Return the entry of a pick: what each of the two scanned, and since when each vial is out."""
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
            **details_of(carrier),
        },
        each={
            vial.pk: {
                "witness_scanned": scans[claim.pk, Seat.WITNESS].scanned_code,
                **({OUT_SINCE: out_since[vial.pk].isoformat()} if vial.pk in out_since else {}),
            }
            for vial, claim in pairs
        },
    )


def _scans(claims: Sequence[Claim]) -> dict[tuple[int, str], PickScan]:
    rows = PickScan.objects.filter(claim__in=claims)
    return {(scan.claim_id, scan.seat): scan for scan in rows}


def _refusals_of_people(
    retrieval: Retrieval,
    claims: Sequence[Claim],
    scans: dict[tuple[int, str], PickScan],
    intent: SignedIntent,
) -> list[Refusal]:
    refusals = _refusals_of_the_claim(retrieval, intent.signer)
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


def _refusals_of_the_claim(retrieval: Retrieval, signer: Author) -> list[Refusal]:
    number, words = retrieval.order_number, ""
    if retrieval.status == RetrievalStatus.REQUESTED:
        words = f"Nobody has claimed {number}. Claim its vials first."
    elif retrieval.status != RetrievalStatus.CLAIMED:
        done = retrieval.get_status_display()
        words = f"{number} is “{done}” already: there is nothing left to check out."
    elif retrieval.claimed_by_id != signer.pk:
        words = f"{number} is claimed by {retrieval.claimed_by}, who signs its check-out."
    return [Refusal("NOT_CLAIMED_BY_YOU", words)] if words else []
