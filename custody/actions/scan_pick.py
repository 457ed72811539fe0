"""Scanning a claimed vial at the pick; a vial of another patient stops everything."""

from collections.abc import Mapping
from datetime import datetime

from audit.authors import Attribution
from audit.changes import OpenChange, attributed_change
from audit.errors import ActionRefused, Refusal, refuse_if
from custody.locks import lock_retrieval
from custody.models import Claim, PickScan, Retrieval, RetrievalStatus, Seat
from custody.rules.leaving import refusals_of_patient
from inventory.models import Identifier, Vial
from sop.action import Action
from sop.authority import require_authority

WRONG_PROGRAM = Refusal(
    "WRONG_PATIENT",
    "STOP. This belongs to another patient, of another program. Put it back where it came from "
    "and call QA.",
)


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
        change.subject.update(
            retrieval=retrieval.order_number,
            expected=[claim.vial.code for claim in claims.values()],
            scanned=code,
        )
        require_authority(attribution.actor, Action.SCAN_PICK, programs=[retrieval.program_id])
        seat = _seat(retrieval, attribution)
        claim = _claim_of(change, code, retrieval, claims)
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


def _claim_of(
    change: OpenChange, code: str, retrieval: Retrieval, claims: Mapping[int, Claim]
) -> Claim:
    """
    Return the claim that the scanned vial stands for.

    Raises ActionRefused: no vial has the code, it is another patient's, or not one of those.
    """
    row = Identifier.objects.filter(code=code, vial__isnull=False, replaced_by__isnull=True).first()
    if row is None or row.vial_id is None:
        raise ActionRefused(
            [Refusal("UNKNOWN_CODE", f"No vial carries {code}. Scan the vial's own label.")]
        )
    if row.vial_id in claims:
        return claims[row.vial_id]
    vial = Vial.objects.select_related("batch__product", "therapy").get(pk=row.vial_id)
    change.subject.update(scanned_therapy=vial.therapy.coi if vial.therapy else None)
    if vial.program_id != retrieval.program_id:  # no word of what belongs to another sponsor
        raise ActionRefused([WRONG_PROGRAM])
    raise ActionRefused(
        refusals_of_patient(vial, retrieval)
        or [
            Refusal(
                "WRONG_VIAL",
                f"{vial.code} is not the one that was claimed. Put it back and take "
                f"{' or '.join(claim.vial.code for claim in claims.values())}.",
            )
        ]
    )


def _refusals_of_a_repeat(claim: Claim, seat: Seat) -> list[Refusal]:
    if not claim.scans.filter(seat=seat).exists():
        return []
    return [Refusal("SCANNED_ALREADY", f"{claim.vial.code} was scanned already. Scan the next.")]
