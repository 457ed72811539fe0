"""What needs somebody today: vials in hand, out on a clock, received and not stored."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery

from audit.authors import Author
from custody.models import CustodyEvent, EventKind
from custody.queries.whereabouts import UNMOVING
from custody.rules.standing import OUT
from custody.time_out import began_at
from inventory.models import Custody, Vial

MOST_LISTED = 20
ALL_LISTED = 1000


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
    """One batch with vials that were received and wait for their place; the first of them since."""

    batch_id: int
    number: str
    product: str
    vials: int
    code: str
    first_id: int
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class Desk:
    """
    What waits for this person and for everybody in their programs.

    mine, out: taken out of storage, packed or returned; what only arrived is in `arrivals`.
    mine_count, out_count, arrived_count: of all there are, also those that are not listed.
    """

    mine: tuple[InHandLine, ...]
    out: tuple[InHandLine, ...]
    arrivals: tuple[ArrivalLine, ...]
    mine_count: int
    out_count: int
    arrived_count: int

    @property
    def is_cut(self) -> bool:
        """Whether more is in hand or waits than is listed."""
        listed = sum(line.vials for line in self.arrivals)
        return (len(self.mine), len(self.out), listed) != (
            self.mine_count,
            self.out_count,
            self.arrived_count,
        )


def desk_of(person: Author, *, most: int = MOST_LISTED) -> Desk:
    """Return what is in hand and what waits to be stored, at most so many; four queries."""
    visible = Vial.objects.visible_to(person)
    mine = visible.filter(custodian=person.pk, custody__in=OUT)
    out = visible.filter(custody__in=OUT).exclude(custodian=person.pk)
    is_mine = Q(custodian=person.pk)
    counts = visible.filter(custody__in=(*OUT, Custody.RECEIVED)).aggregate(
        mine=Count("pk", filter=Q(custody__in=OUT) & is_mine),
        out=Count("pk", filter=Q(custody__in=OUT) & ~is_mine),
        arrived=Count("pk", filter=Q(custody=Custody.RECEIVED)),
    )
    return Desk(
        mine=_lines(mine, most),
        out=_lines(out, most),
        arrivals=tuple(_arrivals(visible, most)),
        mine_count=counts["mine"],
        out_count=counts["out"],
        arrived_count=counts["arrived"],
    )


def _lines(rows: QuerySet[Vial], most: int) -> tuple[InHandLine, ...]:
    moved = CustodyEvent.objects.filter(vial=OuterRef("pk")).exclude(kind__in=UNMOVING)
    found = rows.select_related("therapy", "custodian").annotate(
        since=Subquery(moved.order_by("-seq").annotate(began=began_at()).values("began")[:1])
    )
    return tuple(_line(vial) for vial in found.order_by("since", "pk")[:most])


def _line(vial: Vial) -> InHandLine:
    return InHandLine(
        vial_id=vial.pk,
        code=vial.code,
        coi="" if vial.therapy is None else vial.therapy.coi,
        custody=vial.custody,
        custodian=_custodian(vial),
        since=vars(vial)["since"],
    )


def _custodian(vial: Vial) -> str:
    """Name whoever has it, and say when somebody else must take over."""
    if vial.custodian is None:
        return ""
    gone = "" if vial.custodian.is_active else " (account closed: take it over)"
    return f"{vial.custodian.full_name}{gone}"


def _arrivals(visible: QuerySet[Vial], most: int) -> list[ArrivalLine]:
    received = CustodyEvent.objects.filter(vial=OuterRef("pk"), kind=EventKind.RECEIVED)
    began = received.order_by("-seq").annotate(began=began_at()).values("began")[:1]
    rows = (
        visible.filter(custody=Custody.RECEIVED)
        .order_by()
        .annotate(came=Subquery(began))
        .values("batch", "batch__number", "batch__product__code")
        .annotate(vials=Count("pk"), first=Min("code"), first_id=Min("pk"), since=Min("came"))
    )
    return [
        ArrivalLine(
            batch_id=row["batch"],
            number=row["batch__number"],
            product=row["batch__product__code"],
            vials=row["vials"],
            code=row["first"],
            first_id=row["first_id"],
            since=row["since"],
        )
        for row in rows.order_by("batch__number")[:most]
    ]
