"""Retrievals as screens show them: the list by urgency, one order, its candidates and picks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from audit.authors import Author
from audit.errors import NotFound, Refusal
from audit.models import Signature
from audit.pages import Page, newest_first
from custody.availability import available
from custody.models import (
    Claim,
    CustodyEvent,
    EventKind,
    HeldVial,
    PickScan,
    Retrieval,
    RetrievalStatus,
    Seat,
)
from custody.rules.claiming import refusals_of_a_hold_by_others
from custody.rules.leaving import MAY_GO_TO_A_PATIENT, refusals_to_promise
from inventory.models import GONE, Custody, Vial

NOT_FOUND = Refusal(
    "UNKNOWN_RETRIEVAL", "No retrieval that you may see is kept here. Open it from the list."
)
MOST_SHOWN = 200
MOST_CANDIDATES = 40


@dataclass(frozen=True, kw_only=True)
class RetrievalCard:
    """One order: what, for whom, by when, to where, and who is on it."""

    id: int
    order_number: str
    program_id: int
    coi: str
    pseudonym: str
    product_code: str
    product_name: str
    is_autologous: bool
    purpose: str
    quantity: int
    needed_by: datetime
    destination: str
    pick_list: str
    status: RetrievalStatus
    claimed_by_id: int | None
    claimed_by: str
    claimed_at: datetime | None
    witness_id: int | None
    witness: str


def open_retrievals(*, seen_by: Author, status: RetrievalStatus | None) -> list[RetrievalCard]:
    """Return what still needs somebody, the most urgent first; one query."""
    rows = Retrieval.objects.visible_to(seen_by).open()
    if status is not None:
        rows = rows.filter(status=status)
    return [_card(row) for row in _related(rows).order_by("needed_by", "pk")[:MOST_SHOWN]]


def closed_retrievals(
    *, seen_by: Author, before: int | None = None, after: int | None = None
) -> Page[RetrievalCard]:
    """Return a page of what was handed over or cancelled, newest first."""
    rows = Retrieval.objects.visible_to(seen_by).filter(
        status__in=[RetrievalStatus.HANDED_OVER, RetrievalStatus.CANCELLED]
    )
    return newest_first(_related(rows), before=before, after=after).shown_as(_card)


def count_open(*, seen_by: Author) -> dict[RetrievalStatus, int]:
    """Count the open retrievals by status; one query."""
    rows = Retrieval.objects.visible_to(seen_by).open().order_by().values("status")
    found = {row["status"]: row["number"] for row in rows.annotate(number=Count("pk"))}
    return {
        status: found.get(status, 0)
        for status in (RetrievalStatus.REQUESTED, RetrievalStatus.CLAIMED, RetrievalStatus.PICKED)
    }


def find_retrieval(retrieval_id: int, *, seen_by: Author) -> RetrievalCard:
    """
    Return one order.

    Raises NotFound: there is none with this key that `seen_by` may see.
    """
    return _card(_visible(retrieval_id, seen_by))


def _visible(retrieval_id: int, person: Author) -> Retrieval:
    rows = Retrieval.objects.visible_to(person).filter(pk=retrieval_id)
    row = _related(rows).first()
    if row is None:
        raise NotFound([NOT_FOUND])
    return row


def _related(rows: QuerySet[Retrieval]) -> QuerySet[Retrieval]:
    return rows.select_related("therapy__patient", "product", "pick_list", "claimed_by", "witness")


def _card(row: Retrieval) -> RetrievalCard:
    return RetrievalCard(
        id=row.pk,
        order_number=row.order_number,
        program_id=row.program_id,
        coi=row.therapy.coi,
        pseudonym=row.therapy.patient.pseudonym,
        product_code=row.product.code,
        product_name=row.product.name,
        is_autologous=row.product.is_autologous,
        purpose=row.get_purpose_display(),
        quantity=row.quantity,
        needed_by=row.needed_by,
        destination=row.destination,
        pick_list=row.pick_list.code,
        status=RetrievalStatus(row.status),
        claimed_by_id=row.claimed_by_id,
        claimed_by="" if row.claimed_by is None else row.claimed_by.full_name,
        claimed_at=row.claimed_at,
        witness_id=row.witness_id,
        witness="" if row.witness is None else row.witness.full_name,
    )


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """
    One vial that could be claimed, or the reasons why not.

    is_suggested: among the first that may go, by expiry, as many as were asked for.
    """

    vial_id: int
    code: str
    batch_number: str
    expires_at: datetime
    quality: str
    custody: str
    refusals: Sequence[Refusal]
    is_suggested: bool


def candidates(retrieval_id: int, *, seen_by: Author, at: datetime) -> list[Candidate]:
    """
    Return the vials for an order: the patient's own, or of the bank the first to expire.

    Raises NotFound: there is no such order that `seen_by` may see.
    Source: 21 CFR 211.150(a); URS-32, URS-100.
    """
    retrieval = _visible(retrieval_id, seen_by)
    vials = _possible(retrieval, at)
    reasons = _refusals(retrieval, vials, at)
    free = [vial.pk for vial in vials if not reasons[vial.pk]]
    suggested = set(free[: retrieval.quantity])
    ordered = sorted(vials, key=lambda vial: bool(reasons[vial.pk]))
    return [
        Candidate(
            vial_id=vial.pk,
            code=vial.code,
            batch_number=vial.batch.number,
            expires_at=vial.expires_at,
            quality=vial.quality,
            custody=vial.custody,
            refusals=reasons[vial.pk],
            is_suggested=vial.pk in suggested,
        )
        for vial in ordered
    ]


def _possible(retrieval: Retrieval, at: datetime) -> list[Vial]:
    rows = Vial.objects.filter(batch__product=retrieval.product_id, purpose=retrieval.purpose)
    rows = rows.select_related("batch__product", "therapy").order_by("expires_at", "pk")
    own = rows.filter(therapy=retrieval.therapy_id)
    if retrieval.product.is_autologous:
        return list(own.exclude(custody__in=GONE)[:MOST_SHOWN])
    open_to_all = rows.filter(Q(therapy__isnull=True) | Q(therapy=retrieval.therapy_id))
    free = list(available(open_to_all, at=at)[:MOST_CANDIDATES])
    taken = open_to_all.filter(
        custody=Custody.IN_STORAGE, quality__in=MAY_GO_TO_A_PATIENT, expires_at__gt=at
    ).exclude(pk__in=[vial.pk for vial in free])
    return sorted([*free, *taken[:10]], key=lambda vial: (vial.expires_at, vial.pk))


def _refusals(
    retrieval: Retrieval, vials: Sequence[Vial], at: datetime
) -> dict[int, list[Refusal]]:
    keys = [vial.pk for vial in vials]
    held = set(HeldVial.objects.open().filter(vial__in=keys).values_list("vial", flat=True))
    claims = Claim.objects.open().filter(vial__in=keys)
    claimed = {
        claim.vial_id: claim for claim in claims.select_related("vial", "retrieval", "claimed_by")
    }
    return {
        vial.pk: [
            *_not_stored(vial),
            *refusals_of_a_hold_by_others(_one(claimed, vial.pk)),
            *refusals_to_promise(vial, retrieval=retrieval, is_held=vial.pk in held, at=at),
        ]
        for vial in vials
    }


def _one(claimed: Mapping[int, Claim], key: int) -> dict[int, Claim]:
    return {key: claimed[key]} if key in claimed else {}


def _not_stored(vial: Vial) -> list[Refusal]:
    if vial.custody == Custody.IN_STORAGE:
        return []
    return [Refusal("NOT_STORED", f"{vial.code} is “{Custody(vial.custody).label}”.")]


@dataclass(frozen=True, kw_only=True)
class Pick:
    """One claimed vial at the pick, and what each of the two people scanned."""

    claim_id: int
    vial_id: int
    code: str
    expires_at: datetime
    quality: str
    custody: str
    position_id: int | None
    scanned: Mapping[Seat, datetime]


def picks(retrieval_id: int) -> list[Pick]:
    """Return what is claimed for an order now, by code; two queries."""
    rows = Claim.objects.open().filter(retrieval=retrieval_id).select_related("vial")
    claims = list(rows.order_by("vial__code"))
    scans: dict[int, dict[Seat, datetime]] = {claim.pk: {} for claim in claims}
    for scan in PickScan.objects.filter(claim__in=claims):
        scans[scan.claim_id][Seat(scan.seat)] = scan.scanned_at
    return [
        Pick(
            claim_id=claim.pk,
            vial_id=claim.vial_id,
            code=claim.vial.code,
            expires_at=claim.vial.expires_at,
            quality=claim.vial.quality,
            custody=claim.vial.custody,
            position_id=claim.vial.position_id,
            scanned=scans[claim.pk],
        )
        for claim in claims
    ]


def handed_over_vials(card: RetrievalCard) -> QuerySet[Vial]:
    """Return the vials that left with this order, wherever they are now."""
    left = CustodyEvent.objects.filter(kind=EventKind.HANDED_OVER, details__order=card.order_number)
    claimed = Claim.objects.filter(retrieval=card.id).values("vial")
    return Vial.objects.filter(pk__in=left.filter(vial__in=claimed).values("vial")).order_by("code")


@dataclass(frozen=True, kw_only=True)
class Signed:
    """One person's signature under one step, whatever number of records it covers."""

    change_id: int
    printed_name: str
    user_id: str
    role: str
    meaning: str
    reason: str
    signed_at: datetime


def signatures_of(change_ids: Sequence[int]) -> list[Signed]:
    """Return who signed these Changes, each person once for each; one query."""
    rows = Signature.objects.filter(change__in=change_ids).order_by("change", "signer", "pk")
    return [
        Signed(
            change_id=row.change_id,
            printed_name=row.printed_name,
            user_id=row.signer_user_id,
            role=row.role,
            meaning=row.get_meaning_display(),
            reason=row.reason,
            signed_at=row.signed_at,
        )
        for row in sorted(rows.distinct("change", "signer"), key=lambda row: row.pk)
    ]
