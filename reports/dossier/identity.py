"""The identity graph, batches, holds and orders of one therapy."""

from collections.abc import Iterator, Sequence

from custody.models import Claim, Hold, Receipt, Retrieval
from custody.rules.placed_by import placed_by_rule
from inventory.models import Batch, Identifier, Therapy, Vial
from reports.dossier.contents import BatchPart, HoldPart, Link, ReceiptPart, RetrievalPart
from reports.dossier.ledger import named


def links_of(
    therapy: Therapy,
    batches: Sequence[Batch],
    vials: Sequence[Vial],
    identifiers: Sequence[Identifier],
) -> Iterator[Link]:
    """
    Give every edge of the identity graph, from the patient down to the last code.

    Source: 21 CFR 1271.290(c); URS-85, URS-87, URS-88.
    """
    yield _link("patient", therapy.patient.pseudonym, "receives", "therapy", therapy.coi)
    for batch in batches:
        yield _link("donation", batch.donation_number, "was made into", "batch", batch.number)
        if batch.therapy_id == therapy.pk:
            yield _link("therapy", therapy.coi, "is made as", "batch", batch.number)
    for vial in vials:
        yield _link("batch", vial.batch.number, "was filled into", vial.kind, vial.code)
        if vial.parent is not None:
            yield _link(vial.parent.kind, vial.parent.code, "was split into", vial.kind, vial.code)
        if vial.batch.therapy_id is None:
            yield _link(vial.kind, vial.code, "is allocated to", "therapy", therapy.coi)
    yield from _links_of_codes(identifiers)


def _links_of_codes(identifiers: Sequence[Identifier]) -> Iterator[Link]:
    for identifier in identifiers:
        thing = identifier.vial or identifier.therapy or identifier.batch
        if thing is not None and str(thing) != identifier.code:
            yield _link("code", identifier.code, "also names", identifier.kind, str(thing))
        if identifier.replaced_by is not None:
            newer = identifier.replaced_by.code
            yield _link("code", identifier.code, "was replaced by", "code", newer)


def _link(from_kind: str, from_code: str, relation: str, to_kind: str, to_code: str) -> Link:
    return Link(
        from_kind=from_kind,
        from_code=from_code,
        relation=relation,
        to_kind=to_kind,
        to_code=to_code,
    )


def batch_parts(batches: Sequence[Batch], receipts: Sequence[Receipt]) -> Iterator[BatchPart]:
    """Give each batch with the inspections of its deliveries."""
    for batch in batches:
        yield BatchPart(
            number=batch.number,
            donation_number=batch.donation_number,
            completed_at=batch.completed_at,
            expires_at=batch.expires_at,
            source=f"{batch.source_system}, message {batch.source_message}",
            receipts=tuple(_receipt(row) for row in receipts if row.batch_id == batch.pk),
        )


def _receipt(row: Receipt) -> ReceiptPart:
    return ReceiptPart(
        received_at=row.received_at,
        site=row.site.name,
        outcome=row.get_outcome_display(),
        expected_count=row.expected_count,
        counted=row.counted,
        seal_number=row.seal_number,
        seal_intact=row.seal_intact,
        labels_legible=row.labels_legible,
        arrival_celsius=row.arrival_celsius,
        condition=row.condition,
    )


def hold_parts(holds: Sequence[Hold], codes: dict[int, str]) -> Iterator[HoldPart]:
    """
    Give each hold with the containers of the therapy that it reaches.

    codes: of the therapy's containers, by key.
    """
    for hold in holds:
        held = sorted(codes[row.vial_id] for row in hold.held_vials.all() if row.vial_id in codes)
        yield HoldPart(
            scope=hold.get_scope_display(),
            subject=hold.subject,
            reason=hold.reason,
            is_recall=hold.is_recall,
            placed_at=hold.placed_at,
            placed_by=placed_by_rule(hold) or named(hold.placed_by),
            released_at=hold.released_at,
            released_by=named(hold.released_by),
            release_reason=hold.release_reason,
            containers=tuple(held),
        )


def retrieval_parts(
    retrievals: Sequence[Retrieval], claims: Sequence[Claim]
) -> Iterator[RetrievalPart]:
    """Give each order with the containers that were ever claimed for it."""
    for retrieval in retrievals:
        claimed = {row.vial.code for row in claims if row.retrieval_id == retrieval.pk}
        yield RetrievalPart(
            order_number=retrieval.order_number,
            purpose=retrieval.get_purpose_display(),
            quantity=retrieval.quantity,
            needed_by=retrieval.needed_by,
            destination=retrieval.destination,
            status=retrieval.get_status_display(),
            claimed_by=named(retrieval.claimed_by),
            claimed_at=retrieval.claimed_at,
            witness=named(retrieval.witness),
            containers=tuple(sorted(claimed)),
        )
