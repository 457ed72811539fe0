"""What needs somebody today: vials in hand, out on a clock, received and not stored."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery

from audit.authors import Author
from custody.models import CustodyEvent
from custody.queries.whereabouts import UNMOVING
from inventory.models import Custody, Vial

OUT = (Custody.CHECKED_OUT, Custody.PACKED, Custody.RETURNED)
MOST_LISTED = 20


@dataclass(frozen=True, kw_only=True)
class InHandLine:
    """One vial that stands in no place: who has it, as what, since when."""

    vial_id: int
    code: str
    coi: str
    custody: str
    custodian: str
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class ArrivalLine:
    """One batch with vials that were received and wait for their place."""

    batch_id: int
    number: str
    product: str
    vials: int
    code: str


@dataclass(frozen=True, kw_only=True)
class Desk:
    """
    What waits for this person and for everybody in their programs.

    mine, out: taken out of storage, packed or returned; what only arrived is in `arrivals`.
    """

    mine: tuple[InHandLine, ...]
    out: tuple[InHandLine, ...]
    arrivals: tuple[ArrivalLine, ...]


def desk_of(person: Author) -> Desk:
    """Return what is in hand and what waits to be stored; three indexed queries."""
    visible = Vial.objects.visible_to(person)
    mine = visible.filter(custodian=person.pk, custody__in=OUT)
    out = visible.filter(custody__in=OUT).exclude(custodian=person.pk)
    return Desk(mine=_lines(mine), out=_lines(out), arrivals=tuple(_arrivals(visible)))


def _lines(rows: QuerySet[Vial]) -> tuple[InHandLine, ...]:
    moved = CustodyEvent.objects.filter(vial=OuterRef("pk")).exclude(kind__in=UNMOVING)
    found = rows.select_related("therapy", "custodian").annotate(
        since=Subquery(moved.order_by("-seq").values("recorded_at")[:1])
    )
    return tuple(_line(vial) for vial in found.order_by("since", "pk")[:MOST_LISTED])


def _line(vial: Vial) -> InHandLine:
    return InHandLine(
        vial_id=vial.pk,
        code=vial.code,
        coi="" if vial.therapy is None else vial.therapy.coi,
        custody=vial.custody,
        custodian="" if vial.custodian is None else vial.custodian.full_name,
        since=vars(vial)["since"],
    )


def _arrivals(visible: QuerySet[Vial]) -> list[ArrivalLine]:
    rows = (
        visible.filter(custody=Custody.RECEIVED)
        .order_by()
        .values("batch", "batch__number", "batch__product__code")
        .annotate(vials=Count("pk"), first=Min("code"))
    )
    return [
        ArrivalLine(
            batch_id=row["batch"],
            number=row["batch__number"],
            product=row["batch__product__code"],
            vials=row["vials"],
            code=row["first"],
        )
        for row in rows.order_by("batch__number")[:MOST_LISTED]
    ]
