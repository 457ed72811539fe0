"""Registering what manufacturing announces: therapies, batches and expected vials."""

from collections.abc import Collection, Sequence
from datetime import datetime

from audit.authors import Attribution
from audit.changes import OpenChange, attributed_change
from audit.constraints import refused_anew_by
from audit.errors import Refusal, refuse_if
from audit.writes import create_all
from custody.ledger import Before, Entry, append
from custody.messages import IncomingMessage, keep, wait_for, was_carried_out
from custody.models import EventKind
from custody.rules.messages import AnnouncedBatch, Donor, Known, refusals_of_batches
from inventory.identities import who_are
from inventory.models import (
    Batch,
    Identifier,
    IdentifierKind,
    Patient,
    Product,
    Therapy,
    Vial,
)
from inventory.rules.telling import refusals_of_telling_codes
from sop.action import Action
from sop.gate import Scope, admit

COMMISSIONED_ONCE = frozenset(
    {
        "inventory_batch_number_key",
        "inventory_vial_code_key",
        "inventory_identifier_code_key",
        "inventory_therapy_coi_key",
        "inventory_pseudonym_once_per_program",
    }
)


def register_batches(
    *,
    message: IncomingMessage,
    batches: Sequence[AnnouncedBatch],
    attribution: Attribution,
    at: datetime,
) -> list[Batch]:
    """
    Register every batch of a message, or none; the same message again changes nothing.

    Returns the message's batches, also when it was carried out before.
    Raises NotAuthorised; ActionRefused with a reason for each fault (see
    `custody.rules.messages`), or MESSAGE_ID_REUSED. The refused text is kept with the refusal.
    Busy: another message brought the same new patient in the same instant; send it again.
    Source: 21 CFR 211.68(b), 1271.290(c); URS-06, URS-85, URS-86, URS-88, URS-94.
    """
    with attributed_change(attribution, action=Action.REGISTER_BATCHES) as change:
        change.subject.update(message=message.message_id, body=message.body)
        products = _products(batches)
        programs = {product.program_id for product in products.values()}
        admit(change, Action.REGISTER_BATCHES, Scope(programs=programs))
        if was_carried_out(message):
            mine = Batch.objects.filter(
                source_system=message.source_system, source_message=message.message_id
            )
            return list(mine.order_by("pk"))
        wait_for(f"donation {batch.donation_number}" for batch in batches)
        known = _known(batches, products)
        refuse_if(refusals_of_batches(batches, known) + _refusals_of_codes(batches, products))
        keep(message, kind="batches", at=at)
        with refused_anew_by(
            COMMISSIONED_ONCE, lambda: refusals_of_batches(batches, _known(batches, products))
        ):
            therapies = _therapies(batches, known)
            rows = _batches(batches, known, therapies, message)
            _vials(change, batches, rows, attribution.reason, at)
        return rows


def _products(batches: Sequence[AnnouncedBatch]) -> dict[str, Product]:
    products = Product.objects.filter(code__in={batch.product_code for batch in batches})
    return {product.code: product for product in products.order_by("pk")}


def _known(batches: Sequence[AnnouncedBatch], products: dict[str, Product]) -> Known:
    codes = [vial.code for batch in batches for vial in batch.vials]
    numbers = [batch.number for batch in batches]
    cois = {batch.coi for batch in batches if batch.coi}
    therapies = Therapy.objects.filter(coi__in=cois)
    taken = Identifier.objects.filter(code__in=[*codes, *numbers, *cois])
    return Known(
        products=products,
        therapies={row.coi: row for row in therapies.select_related("patient")},
        codes=set(taken.values_list("code", flat=True)),
        batches=set(Batch.objects.filter(number__in=numbers).values_list("number", flat=True)),
        donors=_donors({batch.donation_number for batch in batches}),
    )


def _refusals_of_codes(
    batches: Sequence[AnnouncedBatch], products: dict[str, Product]
) -> list[Refusal]:
    """Say which codes would tell who their patient is."""
    patients = {batch.patient for batch in batches if batch.patient}
    known = who_are({product.program_id for product in products.values()}, patients)
    refusals = []
    for batch in batches:
        product = products.get(batch.product_code)
        who = known.get((product.program_id, batch.patient or "")) if product else None
        codes = [batch.number, *(vial.code for vial in batch.vials)]
        refusals.extend(refusals_of_telling_codes(codes, who))
    return refusals


def _donors(donations: Collection[str]) -> dict[str, Donor]:
    """Return who gave each of these donations, as far as a batch was made of it before."""
    rows = Batch.objects.filter(donation_number__in=donations)
    return {
        batch.donation_number: None
        if batch.therapy is None
        else (batch.therapy.program_id, batch.therapy.patient.pseudonym)
        for batch in rows.select_related("therapy__patient")
    }


def _therapies(batches: Sequence[AnnouncedBatch], known: Known) -> dict[str, Therapy]:
    """Return the therapy of each COI id, made where it is new; patients likewise."""
    therapies = dict(known.therapies)
    for batch in batches:
        if batch.coi is None or batch.patient is None or batch.coi in therapies:
            continue
        product = known.products[batch.product_code]
        patient = Patient.objects.filter(
            program=product.program_id, pseudonym=batch.patient
        ).first()
        if patient is None:
            patient = Patient(program_id=product.program_id, pseudonym=batch.patient)
            patient.save(force_insert=True)
        therapy = Therapy(
            coi=batch.coi, program_id=product.program_id, product=product, patient=patient
        )
        therapy.save(force_insert=True)
        therapies[batch.coi] = therapy
        create_all([Identifier(code=batch.coi, kind=IdentifierKind.THERAPY, therapy=therapy)])
    return therapies


def _batches(
    batches: Sequence[AnnouncedBatch],
    known: Known,
    therapies: dict[str, Therapy],
    message: IncomingMessage,
) -> list[Batch]:
    rows = create_all(
        [
            Batch(
                number=batch.number,
                product=known.products[batch.product_code],
                therapy=therapies[batch.coi] if batch.coi else None,
                donation_number=batch.donation_number,
                completed_at=batch.completed_at,
                expires_at=batch.expires_at,
                source_system=message.source_system,
                source_message=message.message_id,
            )
            for batch in batches
        ]
    )
    create_all([Identifier(code=row.number, kind=IdentifierKind.BATCH, batch=row) for row in rows])
    return rows


def _vials(
    change: OpenChange,
    batches: Sequence[AnnouncedBatch],
    rows: Sequence[Batch],
    reason: str,
    at: datetime,
) -> None:
    vials = create_all(
        [
            Vial(
                code=announced.code,
                batch=row,
                program_id=row.product.program_id,
                therapy=row.therapy,
                kind=announced.kind,
                purpose=announced.purpose,
                volume_ml=announced.volume_ml,
                nucleated_cells=announced.nucleated_cells,
                expires_at=row.expires_at,
            )
            for batch, row in zip(batches, rows, strict=True)
            for announced in batch.vials
        ]
    )
    create_all([Identifier(code=v.code, kind=IdentifierKind.VIAL, vial=v) for v in vials])
    nowhere = {vial.pk: Before("", "", None, None) for vial in vials}
    append(change, vials, nowhere, Entry(kind=EventKind.REGISTERED, reason=reason), at=at)
