"""Tracing a donation to what became of it, and a treatment or an order back to its donation."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from audit.authors import Author
from custody.models import Claim, CustodyEvent, EventKind
from inventory.models import GONE, Custody, Vial

DEPARTURES = (
    EventKind.HANDED_OVER,
    EventKind.ARRIVED,
    EventKind.ADMINISTERED,
    EventKind.TRANSFERRED,
    EventKind.DISCARDED,
    EventKind.CONSUMED,
    EventKind.SPLIT,
)
CONSIGNEES = (EventKind.HANDED_OVER, EventKind.TRANSFERRED)


@dataclass(frozen=True, kw_only=True)
class Fate:
    """
    What became of one final container.

    coi, patient: empty for an allogeneic vial that nobody was allocated.
    consignee: who took it over, with the organisation; empty while it is here.
    order: the order it was handed over for. disposition: its end in words, or how it stands now.
    is_final: whether nothing more can happen to it. at: when it left or ended.
    """

    vial_id: int
    code: str
    parent: str
    donation_number: str
    batch: str
    product: str
    coi: str
    patient: str
    consignee: str
    order: str
    disposition: str
    is_final: bool
    at: datetime | None


def trace_donation(donation_number: str, *, seen_by: Author) -> list[Fate]:
    """
    Return the fate of every container that came of a donation; one query.

    donation_number: the 13 characters of the ISBT 128 DIN.
    Source: 21 CFR 1271.290(b), (d), (e); URS-90, URS-91.
    """
    return _fates(Q(batch__donation_number=donation_number.strip()), seen_by)


def trace_therapy(coi: str, *, seen_by: Author) -> list[Fate]:
    """
    Return every container of a patient's treatment with the donation it came of; one query.

    Source: 21 CFR 1271.290(b); URS-88, URS-90.
    """
    return _fates(Q(therapy__coi=coi.strip()), seen_by)


def trace_order(order_number: str, *, seen_by: Author) -> list[Fate]:
    """
    Return what was handed over for an order with the donation it came of; one query.

    Source: 21 CFR 1271.290(b), (e); URS-90.
    """
    claimed = Claim.objects.filter(retrieval__order_number=order_number.strip())
    handed = CustodyEvent.objects.filter(
        vial__in=claimed.values("vial"),
        kind=EventKind.HANDED_OVER,
        details__order=order_number.strip(),
    )
    return _fates(Q(pk__in=handed.values("vial")), seen_by)


def _fates(which: Q, seen_by: Author) -> list[Fate]:
    rows = Vial.objects.visible_to(seen_by).filter(which)
    return [_fate(vial) for vial in _with_departures(rows).order_by("batch__number", "code")]


def _with_departures(rows: QuerySet[Vial]) -> QuerySet[Vial]:
    """Add to each row its last consignee and its last departure, so that no further query asks."""
    events = CustodyEvent.objects.filter(vial=OuterRef("pk")).order_by("-seq")
    consignee = JSONObject(
        receiver="details__receiver",
        organisation="details__organisation",
        order="details__order",
    )
    return rows.select_related("batch__product", "therapy__patient", "parent").annotate(
        consigned=Subquery(
            events.filter(kind__in=CONSIGNEES).annotate(fact=consignee).values("fact")[:1]
        ),
        left_at=Subquery(
            events.filter(kind__in=DEPARTURES).values(when=Coalesce("performed_at", "recorded_at"))[
                :1
            ]
        ),
    )


def _fate(vial: Vial) -> Fate:
    told: dict[str, str | None] = vars(vial)["consigned"] or {}
    names = (told.get("receiver"), told.get("organisation"))
    therapy = vial.therapy
    return Fate(
        vial_id=vial.pk,
        code=vial.code,
        parent="" if vial.parent is None else vial.parent.code,
        donation_number=vial.batch.donation_number,
        batch=vial.batch.number,
        product=vial.batch.product.code,
        coi="" if therapy is None else therapy.coi,
        patient="" if therapy is None else therapy.patient.pseudonym,
        consignee=", ".join(name for name in names if name),
        order=told.get("order") or "",
        disposition=Custody(vial.custody).label,
        is_final=vial.custody in GONE,
        at=vars(vial)["left_at"],
    )
