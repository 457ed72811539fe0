"""Scanning a claimed vial at the pick; a vial of another patient stops everything."""

from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import ActionRefused, Refusal, refuse_if
from custody.locks import lock_retrieval
from custody.models import Claim, PickScan, Retrieval, RetrievalStatus, Seat
from custody.rules.scanning import refusals_of_scan
from custody.scans import find_scanned
from sop.action import Action
from sop.gate import Scope, admit


def scan_pick(*, retrieval_id: int, code: str, attribution: Attribution, at: datetime) -> PickScan:
    """
    Record one person's scan of one claimed vial.

    code: canonical, as `inventory.codes` reads a scan.
    Raises NotFound; NotAuthorised; ActionRefused (NOT_CLAIMED, NOT_AT_THIS_PICK, UNKNOWN_CODE,
    WRONG_PATIENT, WRONG_VIAL, SCANNED_ALREADY). What was expected and scanned is recorded.
    Source: 21 CFR 11.10(f), (h); REQUIREMENTS B9, scenario 2; URS-29, URS-89.
    """
    with attributed_change(attribution, action=Action.SCAN_PICK) as change:
        retrieval = lock_retrieval(retrieval_id)
        claims = {
            claim.vial_id: claim
            for claim in Claim.objects.open().filter(retrieval=retrieval).select_related("vial")
        }
        expected = [claim.vial for claim in claims.values()]
        found = find_scanned(change, [code], retrieval, expected)
        admit(
            change,
            Action.SCAN_PICK,
            Scope(programs=[retrieval.program_id]),
        )
        seat = _seat(retrieval, attribution)
        refuse_if(refusals_of_scan(code, found.get(code), retrieval, expected))
        claim = claims[found[code].pk]
        refuse_if(_refusals_of_a_repeat(claim, seat))
        scan = PickScan(
            claim=claim,
            seat=seat,
            person_id=attribution.actor.pk,
            scanned_code=code,
            scanned_at=at,
        )
        scan.save(force_insert=True)
        return scan


def _seat(retrieval: Retrieval, attribution: Attribution) -> Seat:
    """
    Return in which seat the person scans.

    Raises ActionRefused: nobody claimed the pick, or the person has no seat at it.
    """
    if retrieval.status != RetrievalStatus.CLAIMED:
        raise ActionRefused(
            [Refusal("NOT_CLAIMED", f"{retrieval.order_number} is not claimed. Claim it first.")]
        )
    seats = {retrieval.claimed_by_id: Seat.PICKER, retrieval.witness_id: Seat.WITNESS}
    seat = seats.get(attribution.actor.pk)
    if seat is None:
        raise ActionRefused(
            [
                Refusal(
                    "NOT_AT_THIS_PICK",
                    f"{retrieval.order_number} is picked by {retrieval.claimed_by}. "
                    "Join as the witness first.",
                )
            ]
        )
    return seat


def _refusals_of_a_repeat(claim: Claim, seat: Seat) -> list[Refusal]:
    if not claim.scans.filter(seat=seat).exists():
        return []
    return [Refusal("SCANNED_ALREADY", f"{claim.vial.code} was scanned already. Scan the next.")]
