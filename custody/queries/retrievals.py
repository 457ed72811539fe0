"""Retrievals as screens show them: the list by urgency, one order, its candidates and picks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from audit.authors import Author
from audit.errors import NotFound, Refusal
from audit.pages import Page, newest_first
from custody.models import (
    Claim,
    CustodyEvent,
    EventKind,
    PickScan,
    Retrieval,
    RetrievalStatus,
    Seat,
)
from inventory.models import Purpose, Vial

NOT_FOUND = Refusal(
    "UNKNOWN_RETRIEVAL", "No retrieval that you may see is kept here. Open it from the list."
)
MOST_SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class RetrievalCard:
    """One order: what, for whom, by when, to where, and who is on it."""

    id: int
    order_number: str
    program_id: int
    product_id: int
    coi: str
    pseudonym: str
    product_code: str
    product_name: str
    is_autologous: bool
    purpose: str
    asks_for_backup: bool
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

    @property
    def is_open(self) -> bool:
        """Whether nobody has claimed it."""
        return self.status == RetrievalStatus.REQUESTED


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
    return _card(visible_retrieval(retrieval_id, seen_by))


def visible_retrieval(retrieval_id: int, person: Author) -> Retrieval:
    """
    Return the order with what screens show of it; one query.

    Raises NotFound: there is none with this key that `person` may see.
    """
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
        product_id=row.product_id,
        coi=row.therapy.coi,
        pseudonym=row.therapy.patient.pseudonym,
        product_code=row.product.code,
        product_name=row.product.name,
        is_autologous=row.product.is_autologous,
        purpose=row.get_purpose_display(),
        asks_for_backup=row.purpose == Purpose.BACKUP,
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


def vials_ever_claimed(retrieval_id: int) -> list[int]:
    """Return the keys of all vials that were ever claimed for an order; one query."""
    rows = Claim.objects.filter(retrieval=retrieval_id).order_by("vial")
    return list(rows.values_list("vial", flat=True).distinct())
