"""Packing what was picked for one order into one shipper."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from audit.authors import SignedIntent
from audit.changes import OpenChange, signed_change
from audit.constraints import refused_by
from audit.errors import Refusal, refuse_if
from custody.claimed import Claimed, lock_claimed
from custody.gate import refusals_of_the_gate
from custody.ledger import Entry, snapshot, write
from custody.mix_ups import MixUp, is_mix_up, keep_mix_ups, undone
from custody.models import CustodyEvent, EventKind, Retrieval, RetrievalStatus
from custody.rules.packing import Packing, refusals_to_pack
from custody.rules.scanning import refusals_of_scan, refusals_of_scans
from custody.rules.statuses import refusals_to_enter
from custody.rules.warm import Step
from custody.scans import find_scanned
from custody.steps import admit_over, hand_to, of_each
from custody.time_alarms import end_time_out
from custody.time_out import seconds_out
from custody.trips import Trip, begin_trip, trip_in
from inventory.models import Custody, Vial
from sop.action import Action

TAKEN_MEANWHILE = Refusal(
    "SHIPPER_TAKEN",
    "Another order was packed into this shipper a moment ago. Nothing was changed: take another.",
)


def pack_retrieval(
    *,
    retrieval_id: int,
    codes: Sequence[str],
    shipper: str,
    seal_number: str,
    intent: SignedIntent,
    at: datetime,
    logger_id: int | None = None,
) -> list[CustodyEvent]:
    """
    Pack all that was picked for a retrieval, scanned once more, by the two who picked it.

    codes: of every vial as it goes in, canonical. shipper: its number; it carries no other order.
    Where it is registered, they stay in it from here until they arrive or are put back, and
    logger_id is the thermometer that goes along.
    Raises NotFound; NotAuthorised; ActionRefused (WRONG_PATIENT, WRONG_VIAL, UNKNOWN_CODE,
    NOT_SCANNED; SECOND_PERSON_MISSING, NOT_PICKED, NOT_AT_THIS_PICK, SHIPPER_UNKNOWN,
    SHIPPER_TAKEN, SHIPPER_*, LOGGER_*, WRONG_CUSTODY, and whatever the gate says of each vial).
    Another patient's vial leaves a deviation and, where the site says so, a hold on that vial,
    in the transaction that keeps the refused scan; the refusal is raised after it.
    Source: 21 CFR 211.192; REQUIREMENTS B8, B10; URS-29, URS-31, URS-89, URS-99, URS-103, URS-113.
    """
    packing = Packing(" ".join(shipper.split()), seal_number.strip())
    with signed_change(intent, action=Action.PACK_VIALS) as change:
        claimed = lock_claimed(retrieval_id)
        retrieval, vials = claimed.retrieval, claimed.vials
        found = find_scanned(change, codes, retrieval, vials)
        why = refusals_of_scans(codes, found, retrieval, vials)
        with undone(when=is_mix_up(why)):
            admit_over(change, Action.PACK_VIALS, vials, programs=[retrieval.program_id])
        if not is_mix_up(why):
            refuse_if(why)
            return _pack(change, claimed, found, packing, logger_id, at=at)
        stop = keep_mix_ups(change, why, _mix_ups(found, retrieval, vials), at=at)
    raise stop


def _pack(
    change: OpenChange,
    claimed: Claimed,
    found: Mapping[str, Vial],
    packing: Packing,
    logger_id: int | None,
    *,
    at: datetime,
) -> list[CustodyEvent]:
    retrieval, vials, intent = claimed.retrieval, claimed.vials, change.intent
    if intent is None:
        raise RuntimeError("packing is signed")
    refuse_if(
        refusals_to_pack(retrieval, intent, packing, _packed_for(packing, retrieval))
        + of_each(vials, lambda vial: refusals_to_enter(vial, Custody.PACKED))
        + refusals_of_the_gate(vials, retrieval, step=Step.PACK, at=at)
    )
    trip = trip_in(packing.shipper, logger_id, vials, at=at)
    before, entry = snapshot(vials), _entry(retrieval, found, packing, intent, trip)
    entry = replace(entry, each=seconds_out(vials, at))
    hand_to(change, vials, Custody.PACKED)
    end_time_out([vial.pk for vial in vials], at=at)
    events = write(change, vials, before, entry, at=at)
    retrieval.shipper = packing.shipper
    with refused_by("custody_one_order_per_shipper", TAKEN_MEANWHILE):
        retrieval.save(update_fields=["shipper"])
    change.sign(events)
    if trip is not None:
        begin_trip(trip, events, at=at)
    return events


def _mix_ups(
    found: Mapping[str, Vial], retrieval: Retrieval, expected: Sequence[Vial]
) -> list[MixUp]:
    """Describe every scanned vial that is another patient's; the rest goes without a deviation."""
    scanned = {vial.pk: (code, vial) for code, vial in found.items()}
    return [
        MixUp(
            vial=vial,
            work=f"the packing for {retrieval.order_number}",
            expected=expected,
            coi=retrieval.therapy.coi,
            about=f"packing {retrieval.pk}, vial {vial.pk}",
        )
        for code, vial in scanned.values()
        if is_mix_up(refusals_of_scan(code, vial, retrieval, expected))
    ]


def _entry(
    retrieval: Retrieval,
    found: Mapping[str, Vial],
    packing: Packing,
    intent: SignedIntent,
    trip: Trip | None,
) -> Entry:
    logger = None if trip is None else trip.logger
    along = {} if logger is None else {"logger": logger.code}
    return Entry(
        kind=EventKind.PACKED,
        reason=intent.reason,
        codes={vial.pk: (vial.code, code) for code, vial in found.items()},
        details={"order": str(retrieval), **vars(packing), **along},
    )


def _packed_for(packing: Packing, retrieval: Retrieval) -> Retrieval | None:
    """Return the other order that is packed into this shipper and still here."""
    others = Retrieval.objects.exclude(pk=retrieval.pk)
    return others.filter(status=RetrievalStatus.PICKED, shipper__iexact=packing.shipper).first()
