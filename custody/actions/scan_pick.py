"""Scanning a claimed vial at the pick; a vial of another patient stops everything."""

from collections.abc import Sequence
from datetime import datetime

from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import ActionRefused, Refusal, refuse_if
from custody.lifts import Reach, note_lift
from custody.locks import lock_retrieval
from custody.mix_ups import MixUp, is_mix_up, keep_mix_up, undone
from custody.models import Claim, PickScan, Retrieval, RetrievalStatus, Seat
from custody.queries.warmth import warmth_of
from custody.rules.scanning import refusals_of_scan
from custody.rules.warm import refusals_to_take_out
from custody.scans import find_scanned
from inventory.models import Vial
from sop.action import Action
from sop.gate import Scope, admit


def scan_pick(*, retrieval_id: int, code: str, attribution: Attribution, at: datetime) -> PickScan:
    """
    Record one person's scan of one claimed vial.

    code: canonical, as `inventory.codes` reads a scan.
    Raises NotFound; NotAuthorised; ActionRefused (NOT_CLAIMED, NOT_AT_THIS_PICK, UNKNOWN_CODE,
    WRONG_PATIENT, WRONG_VIAL, SCANNED_ALREADY, EXPOSURE_EXCEEDED, WOULD_EXCEED). What was expected
    and scanned is recorded. From its first scan on the vial is out of storage.
    Another patient's vial leaves a deviation and, where the site says so, a hold on that vial,
    in the transaction that keeps the refused scan; the refusal is raised after it. So is that of a
    vial whose budget is spent: what was lifted to reach it stays on record.
    Source: 21 CFR 11.10(f), (h), 211.192; REQUIREMENTS B9, scenario 2; URS-29, URS-89, URS-113.
    """
    with attributed_change(attribution, action=Action.SCAN_PICK) as change:
        retrieval = lock_retrieval(retrieval_id)
        claims = {
            claim.vial_id: claim
            for claim in Claim.objects.open().filter(retrieval=retrieval).select_related("vial")
        }
        expected = [claim.vial for claim in claims.values()]
        found = find_scanned(change, [code], retrieval, expected)
        why = refusals_of_scan(code, found.get(code), retrieval, expected)
        spent = [] if why else _refusals_of_budget(found[code], at)
        with undone(when=is_mix_up(why) or bool(spent)):
            touched = [vial for vial in found.values() if vial in expected]
            admit(change, Action.SCAN_PICK, _scope(retrieval, touched, attribution))
            seat = _seat(retrieval, attribution)
        if is_mix_up(why):
            stop = keep_mix_up(change, why, _mix_up(found[code], retrieval, expected), at=at)
        else:
            refuse_if(why)
            position = found[code].position_id
            note_lift(change, Reach.OUT, positions=[position] if position else [], at=at)
            if not spent:
                return _record(claims[found[code].pk], seat, code, attribution, at)
            stop = ActionRefused(spent)
            change.keep(stop)
    raise stop


def _refusals_of_budget(vial: Vial, at: datetime) -> list[Refusal]:
    """Say why the vial's budget does not last for this pick; nothing once it is out by it."""
    return refusals_to_take_out(vial, warmth_of([vial.pk], at=at)[vial.pk], at=at)


def _scope(retrieval: Retrieval, touched: Sequence[Vial], attribution: Attribution) -> Scope:
    """Return what the gate is asked about: the witness scans beside the run of the picker."""
    is_witness = retrieval.witness_id == attribution.actor.pk
    return Scope(
        programs=[retrieval.program_id],
        touched=touched,
        run_of=retrieval.claimed_by_id if is_witness else None,
        is_beside=is_witness,
    )


def _record(
    claim: Claim, seat: Seat, code: str, attribution: Attribution, at: datetime
) -> PickScan:
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


def _mix_up(vial: Vial, retrieval: Retrieval, expected: Sequence[Vial]) -> MixUp:
    """Describe the mix-up; the vial is locked after the retrieval, where all others come before."""
    return MixUp(
        vial=vial,
        work=f"the pick for {retrieval.order_number}",
        expected=expected,
        coi=retrieval.therapy.coi,
        about=f"pick {retrieval.pk}, vial {vial.pk}",
    )


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
