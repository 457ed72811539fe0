"""What the list of therapies and the page of one therapy show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from audit.authors import Author
from audit.errors import NotFound, Refusal
from audit.pages import Page, newest_first
from custody.findings import Verdict, worst
from custody.models import Retrieval
from custody.queries.facts import facts_of
from custody.queries.records import VialRecord, record_of
from custody.queries.signed import Signed, signatures_of
from custody.queries.timeline import TimelineEntry, timeline
from custody.queries.whereabouts import Whereabouts
from custody.viability import Judgement
from inventory.models import GONE, Batch, Custody, Program, Therapy, Vial

NOT_FOUND = Refusal("UNKNOWN_THERAPY", "No therapy that you may see has this id. Scan it again.")


@dataclass(frozen=True, kw_only=True)
class TherapyLine:
    """One therapy in the list; `stored` of its `vials` stand in storage."""

    coi: str
    pseudonym: str
    product: str
    program: str
    vials: int
    stored: int
    gone: int


@dataclass(frozen=True, kw_only=True)
class BatchFact:
    """One batch of the therapy."""

    batch_id: int
    number: str
    donation_number: str
    completed_at: datetime


@dataclass(frozen=True, kw_only=True)
class RetrievalFact:
    """One order for the therapy."""

    retrieval_id: int
    order_number: str
    status: str
    quantity: int
    needed_by: datetime
    destination: str


@dataclass(frozen=True, kw_only=True)
class TherapyFacts:
    """
    One therapy with every vial, its place, its verdict and everything that happened.

    verdict: the worst among the vials that could still be used; GREY when none is left.
    """

    coi: str
    pseudonym: str
    product: str
    program: str
    batches: tuple[BatchFact, ...]
    vials: tuple[VialRecord, ...]
    where: Mapping[int, Whereabouts]
    judgements: Mapping[int, Judgement]
    events: tuple[TimelineEntry, ...]
    retrievals: tuple[RetrievalFact, ...]
    signatures: tuple[Signed, ...]
    as_of: datetime

    @property
    def usable(self) -> tuple[VialRecord, ...]:
        """The vials that have not come to their end."""
        return tuple(vial for vial in self.vials if vial.custody not in GONE)

    @property
    def verdict(self) -> Verdict:
        """The worst verdict among the usable vials."""
        return worst([self.judgements[vial.vial_id].verdict for vial in self.usable])


def therapies(
    *,
    seen_by: Author,
    product: str = "",
    before: int | None = None,
    after: int | None = None,
) -> Page[TherapyLine]:
    """Return a page of the therapies that the person may see, newest first; two queries."""
    rows = _visible(seen_by)
    if product:
        rows = rows.filter(product__code=product)
    page = newest_first(rows, before=before, after=after)
    counts = _counts([row.pk for row in page.rows])
    return page.shown_as(lambda row: _line(row, counts.get(row.pk, (0, 0, 0))))


def therapy_facts(coi: str, *, seen_by: Author, at: datetime) -> TherapyFacts:
    """
    Return everything the page of a therapy shows, in eight queries for any number of vials.

    Raises NotFound: none that the person may see.
    Source: URS-90, URS-117.
    """
    row = _visible(seen_by).filter(coi=coi).first()
    if row is None:
        raise NotFound([NOT_FOUND])
    rows = row.vials.select_related("position", "custodian").prefetch_related("batch__product")
    vials = facts_of(rows.order_by("code"), at=at)
    events = timeline([facts.vial.pk for facts in vials])
    signed = sorted({event.change_id for event in events if event.is_signed}, reverse=True)
    return TherapyFacts(
        coi=row.coi,
        pseudonym=row.patient.pseudonym,
        product=f"{row.product.code}, {row.product.name}",
        program=row.program.code,
        batches=tuple(_batches(row)),
        vials=tuple(record_of(facts.vial, holds=len(facts.holds)) for facts in vials),
        where={facts.vial.pk: facts.where for facts in vials},
        judgements={facts.vial.pk: facts.judgement for facts in vials},
        events=tuple(events),
        retrievals=tuple(_retrievals(row)),
        signatures=tuple(signatures_of(signed)),
        as_of=at,
    )


def _visible(person: Author) -> QuerySet[Therapy]:
    rows = Therapy.objects.filter(program__in=Program.objects.visible_to(person))
    return rows.select_related("patient", "product", "program")


def _counts(keys: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    rows = (
        Vial.objects.filter(therapy__in=keys)
        .order_by()
        .values("therapy")
        .annotate(
            vials=Count("pk"),
            stored=Count("pk", filter=Q(custody=Custody.IN_STORAGE)),
            gone=Count("pk", filter=Q(custody__in=GONE)),
        )
    )
    return {row["therapy"]: (row["vials"], row["stored"], row["gone"]) for row in rows}


def _line(row: Therapy, counts: tuple[int, int, int]) -> TherapyLine:
    vials, stored, gone = counts
    return TherapyLine(
        coi=row.coi,
        pseudonym=row.patient.pseudonym,
        product=row.product.code,
        program=row.program.code,
        vials=vials,
        stored=stored,
        gone=gone,
    )


def _batches(row: Therapy) -> list[BatchFact]:
    rows = Batch.objects.filter(therapy=row).order_by("completed_at", "pk")
    return [
        BatchFact(
            batch_id=batch.pk,
            number=batch.number,
            donation_number=batch.donation_number,
            completed_at=batch.completed_at,
        )
        for batch in rows
    ]


def _retrievals(row: Therapy) -> list[RetrievalFact]:
    rows = Retrieval.objects.filter(therapy=row).order_by("-needed_by", "-pk")
    return [
        RetrievalFact(
            retrieval_id=order.pk,
            order_number=order.order_number,
            status=str(order.get_status_display()),
            quantity=order.quantity,
            needed_by=order.needed_by,
            destination=order.destination,
        )
        for order in rows
    ]
