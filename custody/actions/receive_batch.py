"""Receiving a batch at the freezer door."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from audit.authors import SignedIntent
from audit.changes import OpenChange, signed_change
from audit.errors import NotFound, Refusal, refuse_if
from custody.carrying import details_of, find_carrier, refusals_to_carry
from custody.late import as_entered, done_at, late_refusals
from custody.ledger import Entry, snapshot, write
from custody.locks import lock_vials
from custody.models import Carrier, EventKind, Outcome, Receipt
from custody.rules.late import LateEntry
from custody.rules.people import refusals_without_second
from custody.rules.statuses import refusals_to_enter
from custody.steps import hand_to, of_each
from inventory.models import Batch, Custody, Quality, Vial
from sop.action import Action
from sop.gate import Scope, admit

UNKNOWN_BATCH = Refusal("UNKNOWN_BATCH", "No such batch. Search for it by its number.")


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """
    What was found on opening the shipper.

    arrival_celsius: as the shipper's logger showed it. Limits are the product's.
    """

    site_id: int
    counted: int
    seal_number: str
    seal_intact: bool
    labels_legible: bool
    arrival_celsius: Decimal
    outcome: Outcome
    condition: str = ""


def receive_batch(
    *,
    batch_id: int,
    vial_ids: Collection[int],
    inspection: Inspection,
    intent: SignedIntent,
    at: datetime,
    late: LateEntry | None = None,
    carrier_id: int | None = None,
) -> Receipt:
    """
    Receive the scanned vials of a batch into quarantine, verified by a second person.

    Each is out of storage from here until it stands in its first place.

    vial_ids: those that were scanned; the others of the batch stay expected.
    late: when they arrived, where it is entered afterwards. carrier_id: what they wait in; None:
    on the open bench.
    Raises NotFound; NotAuthorised; ActionRefused (SECOND_PERSON_MISSING, COUNT_DIFFERS,
    OTHER_BATCH, SEAL_BROKEN, LABELS_ILLEGIBLE, TOO_WARM, WRONG_CUSTODY, CARRIER_*, LATE_*).
    Source: 21 CFR 1271.265(a), (c)(2); REQUIREMENTS B5; URS-89, URS-95, URS-96, URS-112.
    """
    with signed_change(intent, action=Action.RECEIVE_BATCH) as change:
        vials = lock_vials(vial_ids)
        batch = _batch(batch_id)
        change.subject.update(batch=batch.number)
        programs, sites = {batch.product.program_id}, {inspection.site_id}
        admit(change, Action.RECEIVE_BATCH, Scope(programs=programs, sites=sites, vials=vials))
        carrier = find_carrier(carrier_id)
        refuse_if(_refusals(batch, vials, inspection, intent, at))
        refuse_if(
            of_each(vials, lambda vial: refusals_to_enter(vial, Custody.RECEIVED))
            + refusals_to_carry(carrier, vials, at=at)
            + late_refusals(late, vials, intent=intent, at=at)
        )
        receipt = _keep(batch, inspection, done_at(late, at))
        change.sign([receipt])
        entry = as_entered(_entry(intent, inspection, receipt, carrier), late)
        _into_quarantine(change, vials, entry, at=done_at(late, at))
        return receipt


def _batch(batch_id: int) -> Batch:
    """
    Return the batch.

    Raises NotFound: there is none.
    """
    batch = Batch.objects.select_related("product").filter(pk=batch_id).first()
    if batch is None:
        raise NotFound([UNKNOWN_BATCH])
    return batch


def _into_quarantine(change: OpenChange, vials: list[Vial], entry: Entry, *, at: datetime) -> None:
    before = snapshot(vials)
    hand_to(change, vials, Custody.RECEIVED)
    for vial in vials:
        vial.quality = Quality.QUARANTINE
    change.sign(write(change, vials, before, entry, at=at))


def _keep(batch: Batch, inspection: Inspection, at: datetime) -> Receipt:
    receipt = Receipt(
        batch=batch,
        expected_count=batch.vials.filter(quality=Quality.EXPECTED).count(),
        received_at=at,
        **vars(inspection),
    )
    receipt.save(force_insert=True)
    return receipt


def _entry(
    intent: SignedIntent, inspection: Inspection, receipt: Receipt, carrier: Carrier | None
) -> Entry:
    return Entry(
        kind=EventKind.RECEIVED,
        reason=intent.reason,
        details={
            "receipt": receipt.pk,
            "seal_number": inspection.seal_number,
            "seal_intact": inspection.seal_intact,
            "arrival_celsius": str(inspection.arrival_celsius),
            "outcome": inspection.outcome,
            **details_of(carrier),
        },
    )


def _refusals(
    batch: Batch, vials: list[Vial], inspection: Inspection, intent: SignedIntent, at: datetime
) -> list[Refusal]:
    refusals = refusals_without_second(intent)
    if inspection.counted != len(vials):
        refusals.append(
            Refusal(
                "COUNT_DIFFERS",
                f"{inspection.counted} were counted but {len(vials)} were scanned. Count again, "
                "and scan every container.",
            )
        )
    refusals.extend(
        Refusal("OTHER_BATCH", f"{vial.code} is not of batch {batch.number}. Set it apart.")
        for vial in vials
        if vial.batch_id != batch.pk
    )
    return refusals + _refusals_of_condition(batch, inspection, at)


def _refusals_of_condition(batch: Batch, inspection: Inspection, at: datetime) -> list[Refusal]:
    """Say what speaks against accepting outright; QA looks at a quarantined or rejected one."""
    if inspection.outcome != Outcome.ACCEPTED:
        return []
    refusals = []
    if not inspection.seal_intact:
        refusals.append(
            Refusal("SEAL_BROKEN", "The seal is broken: choose “Accepted, for QA to look at”.")
        )
    if not inspection.labels_legible:
        refusals.append(
            Refusal("LABELS_ILLEGIBLE", "A label cannot be read: leave the outcome to QA.")
        )
    limits = batch.product.limits.filter(effective_at__lte=at).order_by("-version").first()
    if limits is not None and inspection.arrival_celsius > limits.warmest_allowed_celsius:
        refusals.append(
            Refusal(
                "TOO_WARM",
                f"It arrived at {inspection.arrival_celsius} °C; {batch.product.code} may not be "
                f"warmer than {limits.warmest_allowed_celsius} °C. Leave the outcome to QA.",
            )
        )
    return refusals
