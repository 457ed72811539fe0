"""Excursions and gaps as quality looks at them: which wait for a decision, and one whole."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from audit.authors import Author
from audit.errors import NotFound, Refusal
from audit.queries.signatures import blocks_under
from audit.signing import SignatureBlock
from custody.excursion_words import about, peak_of, trouble_of
from custody.models import Cause, Evaluation, Stay
from custody.queries.records import VialRecord, vial_records
from custody.touched import limits_then, products_in, stays_in
from inventory.models import Container, Product, Site, StabilityLimits, Vial, programs_seen_by
from sop.models import Deviation
from temperature.models import CONTACTS, Calibration, Excursion, Gap, Quantity
from temperature.queries.endings import ended_by_limits

UNKNOWN = Refusal("UNKNOWN_EXCURSION", "No such excursion. Open it from the list.")
MOST_LISTED = 400
MOST_VIALS = 500
Kind = type[Excursion] | type[Gap]
# The times of one product in a unit are merged once, and held against each row of that unit.
PRODUCTS = """
    WITH there AS (
        SELECT s.unit_id, b.product_id,
            range_agg(tstzrange(s.began_at, COALESCE(s.ended_at, 'infinity'))) AS times
        FROM public.custody_stay s
        JOIN public.inventory_vial v ON v.id = s.vial_id
        JOIN public.inventory_batch b ON b.id = v.batch_id
        WHERE s.unit_id = ANY(%(units)s::bigint[])
        GROUP BY s.unit_id, b.product_id
    )
    SELECT x.number, count(*)
    FROM unnest(%(units)s::bigint[], %(begins)s::timestamptz[], %(ends)s::timestamptz[])
        WITH ORDINALITY AS x (unit_id, begins, ends, number)
    JOIN there t ON t.unit_id = x.unit_id
        AND t.times && tstzrange(x.begins, COALESCE(x.ends, 'infinity'))
    GROUP BY x.number
"""


@dataclass(frozen=True, kw_only=True)
class ExcursionLine:
    """
    One excursion or gap in the list.

    words: how grave, or why there is no evidence. peak: the value furthest out, with its unit.
    by_limits: whether new limits ended it, and not what was measured. products: of how many
    products vials stood there, of whatever program; decided: for how many of them QA signed.
    cause: of the newest decision, one of `Cause`; empty where none counts.
    """

    kind: str
    key: int
    unit: str
    probe: str
    words: str
    began_at: datetime
    ended_at: datetime | None
    peak: str
    by_limits: bool
    products: int
    decided: int
    cause: str

    @property
    def cause_label(self) -> str:
        """The cause in words; empty where none is on record."""
        return str(Cause(self.cause).label) if self.cause else ""

    @property
    def waits(self) -> bool:
        """Whether QA has to decide of a product, or may have to while it goes on."""
        return self.decided < self.products or self.ended_at is None


@dataclass(frozen=True, kw_only=True)
class ProductLine:
    """
    One product that was touched.

    limits: in force when it began; absent where there were none. evaluations: the newest first.
    """

    product: Product
    vials: int
    limits: StabilityLimits | None
    evaluations: Sequence[tuple[Evaluation, Sequence[SignatureBlock]]]
    is_decided: bool


@dataclass(frozen=True, kw_only=True)
class ExcursionPage:
    """One excursion or gap with everything QA decides by."""

    kind: str
    subject: Excursion | Gap
    unit: Container
    calibration: Calibration | None
    products: Sequence[ProductLine]
    vials: Sequence[VialRecord]
    left_out: int

    @property
    def waits(self) -> bool:
        """Whether QA has to decide for a product."""
        return not all(line.is_decided for line in self.products)


def excursion_lines(*, seen_by: Author) -> list[ExcursionLine]:
    """
    Return what stands at the sites that the person may see, the newest first; six statements.

    Excursions of level action and above, and every gap of a thermometer. What QA has not looked at
    comes before what it has, however old: a probe that flaps pushes nothing out of sight.
    """
    sites = Site.objects.visible_to(seen_by)
    excursions = Excursion.objects.standing().grave().filter(unit__site__in=sites)
    gaps = Gap.objects.standing().filter(probe__quantity=Quantity.TEMPERATURE, unit__site__in=sites)
    found: list[Excursion | Gap] = []
    for rows in (excursions, gaps):
        known = rows.alias(is_new=_is_new(rows.model)).select_related("unit", "probe")
        found += known.order_by("-is_new", "-began_at")[:MOST_LISTED]
    signed, products = _signed(found), _touched(found)
    ended = ended_by_limits([row for row in found if isinstance(row, Excursion)])
    lines = [
        _line(row, products[number], signed.get((kind_of(row), row.pk), []), ended)
        for number, row in enumerate(found)
    ]
    return sorted(lines, key=lambda line: line.began_at, reverse=True)


def _is_new(model: type[Excursion | Gap]) -> Q:
    """Return what goes on, or touched vials while nothing is signed of what stands now."""
    about, peak = model.__name__.lower(), {"seen_peak": OuterRef("peak")}
    signed = Evaluation.objects.filter(
        **{about: OuterRef("pk")},
        seen_ended_at=OuterRef("ended_at"),
        **(peak if model is Excursion else {}),
    )
    stays = Stay.objects.filter(unit=OuterRef("unit"), began_at__lt=OuterRef("ended_at"))
    there = stays.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=OuterRef("began_at")))
    return Q(ended_at__isnull=True) | Q(Exists(there), ~Exists(signed))


def kind_of(row: Excursion | Gap) -> str:
    """Return what a row is, as addresses and findings name it."""
    return "excursion" if isinstance(row, Excursion) else "gap"


def deviation_of(row: Excursion | Gap) -> Deviation | None:
    """Return the deviation that an excursion or gap was entered in; None where it was in none."""
    if isinstance(row, Gap):
        return Deviation.objects.filter(gap_reports__gap=row).first()
    rows = Deviation.objects.filter(about=about(row), opened_at__lte=row.found_at)
    return rows.order_by("-pk").first()


def _signed(rows: Sequence[Excursion | Gap]) -> dict[tuple[str, int], list[Evaluation]]:
    """Return for each what QA decided of it as it stands now, the newest last."""
    excursions = [row.pk for row in rows if isinstance(row, Excursion)]
    gaps = [row.pk for row in rows if isinstance(row, Gap)]
    known = Evaluation.objects.filter(Q(excursion__in=excursions) | Q(gap__in=gaps))
    found: dict[tuple[str, int], list[Evaluation]] = {}
    for each in known.select_related("excursion", "gap").order_by("pk"):
        subject = each.excursion or each.gap
        if subject is not None and counts(each, subject):
            found.setdefault((kind_of(subject), subject.pk), []).append(each)
    return found


def counts(evaluation: Evaluation, subject: Excursion | Gap) -> bool:
    """Say whether a decision was signed for what stands now."""
    peak = subject.peak if isinstance(subject, Excursion) else None
    return evaluation.seen_ended_at == subject.ended_at and evaluation.seen_peak == peak


def _touched(rows: Sequence[Excursion | Gap]) -> list[int]:
    """Count for each the products of which vials stood there; one statement for any number."""
    asked: dict[str, Any] = {
        "units": [row.unit_id for row in rows],
        "begins": [row.began_at for row in rows],
        "ends": [row.ended_at for row in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(PRODUCTS, asked)
        found = dict(cursor.fetchall())
    return [found.get(number, 0) for number in range(1, len(rows) + 1)]


def _line(
    row: Excursion | Gap, products: int, signed: Sequence[Evaluation], by_limits: Collection[int]
) -> ExcursionLine:
    if isinstance(row, Excursion):
        words, peak = f"{row.get_level_display()}: {trouble_of(row)}", peak_of(row)
    else:
        words, peak = row.get_cause_display(), ""
    return ExcursionLine(
        kind=kind_of(row),
        key=row.pk,
        unit=row.unit.name,
        probe=row.probe.code,
        words=words,
        began_at=row.began_at,
        ended_at=row.ended_at,
        peak=peak,
        by_limits=isinstance(row, Excursion) and row.pk in by_limits,
        products=products,
        decided=len({each.product_id for each in signed}),
        cause=signed[-1].cause if signed else "",
    )


def find_excursion(of: Kind, key: int, *, seen_by: Author) -> Excursion | Gap:
    """
    Return one excursion or gap of a site that the person may see.

    Raises NotFound: there is none, none for them, or it is of a contact, which measures no product.
    """
    sites = Site.objects.visible_to(seen_by)
    rows = of.objects.filter(unit__site__in=sites).exclude(probe__quantity__in=CONTACTS)
    found: Excursion | Gap | None = (
        rows.select_related("unit__site", "probe").filter(pk=key).first()
    )
    if found is None:
        raise NotFound([UNKNOWN])
    return found


def excursion_page(subject: Excursion | Gap, *, seen_by: Author) -> ExcursionPage:
    """Return everything the page of one shows; the vials of programs the person may see."""
    keys = (
        stays_in(subject)
        .filter(vial__program__in=programs_seen_by(seen_by))
        .values_list("vial", flat=True)
        .distinct()
    )
    vials = Vial.objects.filter(pk__in=keys).order_by("code")
    calibrated = Calibration.objects.filter(
        probe=subject.probe_id, calibrated_at__lte=subject.began_at
    )
    return ExcursionPage(
        kind=kind_of(subject),
        subject=subject,
        unit=subject.unit,
        calibration=calibrated.order_by("-calibrated_at").first(),
        products=list(_products(subject, seen_by)),
        vials=vial_records(vials[:MOST_VIALS]),
        left_out=max(0, keys.count() - MOST_VIALS),
    )


def _products(subject: Excursion | Gap, seen_by: Author) -> Iterator[ProductLine]:
    touched = list(products_in(subject, seen_by=seen_by))
    about = {kind_of(subject): subject}
    rows = list(
        Evaluation.objects.filter(**about).select_related("evaluated_by").order_by("-number")
    )
    signed = blocks_under((Evaluation, row.pk) for row in rows)
    in_force = limits_then((product.pk for product, _ in touched), at=subject.began_at)
    for product, vials in touched:
        own = [row for row in rows if row.product_id == product.pk]
        yield ProductLine(
            product=product,
            vials=vials,
            limits=in_force.get(product.pk),
            evaluations=[(row, signed.get((Evaluation, row.pk), [])) for row in own],
            is_decided=bool(own) and counts(own[0], subject),
        )
