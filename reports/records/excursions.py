"""The paper of one excursion, or time without evidence: every vial it touched, what QA decided."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from audit.authors import Author
from custody.excursion_words import is_of_level, limit_of
from custody.models import Evaluation
from custody.queries.excursions import (
    ExcursionPage,
    Kind,
    ProductLine,
    deviation_of,
    excursion_page,
    find_excursion,
    kind_of,
)
from inventory.models import Container
from reports.dossier.contents import SignaturePart
from reports.dossier.ledger import named
from reports.dossier.signatures import signatures_under
from reports.kit.charts import Chart
from reports.kit.times import exact
from reports.records.exposed import exposed_listing
from reports.records.record import Entry, Listing, Record, Shown
from reports.records.temperature_charts import charts_of
from reports.records.temperature_doors import openings_listing
from reports.records.temperature_lines import rounded
from temperature.models import Excursion, Fitting, Gap, Quantity
from temperature.queries.curves import curve_of
from temperature.queries.endings import ending_words
from temperature.queries.openings import spells_in
from temperature.queries.unit import excursions_in, gaps_in

AROUND = timedelta(hours=1)


def excursion_record(of: Kind, key: int, *, asked_by: Author, at: datetime) -> Record:
    """
    Gather one excursion or gap: facts, curve, every vial that stood there, decisions, signatures.

    Of vials in programs that they may not see, the number alone.
    Raises NotFound: there is none, or none for them.
    Source: 21 CFR 1271.260(d), 211.192, 11.10(b); URS-76, URS-105, URS-112; REQUIREMENTS B7, D2
    no. 6.
    """
    subject = find_excursion(of, key, seen_by=asked_by)
    page = excursion_page(subject, seen_by=asked_by)
    unit = Container.objects.select_related("site", "type").get(pk=subject.unit_id)
    zone, exposed = ZoneInfo(unit.site.time_zone), exposed_listing(subject, asked_by, at=at)
    kind = kind_of(subject)
    return Record(
        title=f"Evaluation of an excursion of {unit.name}"
        if kind == "excursion"
        else f"Evaluation of a time without evidence in {unit.name}",
        subject=f"{unit.code} {kind} {key}"[:60],
        version=exact(at),
        query=f"{kind} {key} of unit {unit.code}, its complete record, read at {exact(at)}",
        zone=zone,
        program_id=None,
        facts=tuple(_facts(page, unit)),
        charts=_charts(subject, unit, zone, at),
        listings=(
            *(_products(page.products), _evaluations(page.products), exposed),
            *_doors(subject, unit, at),
        ),
        signatures=tuple(_signatures(page.products)),
    )


def _facts(page: ExcursionPage, unit: Container) -> Iterator[Entry]:
    subject = page.subject
    yield Entry(name="unit", label="Unit", value=unit.code, is_code=True)
    yield Entry(name="unit_name", label="Name", value=unit.name)
    yield Entry(name="site", label="Site", value=unit.site.name)
    yield Entry(name="began_at", label="Began", value=subject.began_at)
    yield Entry(name="ended_at", label="Ended (empty: it goes on)", value=subject.ended_at)
    yield Entry(name="ended_by", label="How it ended", value=ending_words(subject))
    if isinstance(subject, Excursion):
        yield from _of_excursion(subject)
    else:
        yield Entry(name="cause", label="Why", value=subject.get_cause_display())
    yield from _of_probe(page)
    yield Entry(name="found_at", label="Found", value=subject.found_at)
    yield Entry(name="method", label="By the rules", value=subject.method)
    counts = "no: later readings show something else" if subject.is_withdrawn else "yes"
    yield Entry(name="counts", label="Counts", value=counts)
    waiting = sum(not line.is_decided for line in page.products)
    yield Entry(name="undecided", label="Products not evaluated as it stands now", value=waiting)


def _of_excursion(row: Excursion) -> Iterator[Entry]:
    yield Entry(name="level", label="Level", value=row.get_level_display())
    yield Entry(name="limit", label="Limit", value=limit_of(row))
    yield Entry(name="limits_version", label="Limits, version", value=row.limits.number)
    yield Entry(name="justification", label="Why these limits", value=row.limits.justification)
    name, label = ("lowest_percent", "Lowest") if is_of_level(row) else ("peak_celsius", "Warmest")
    unit = Quantity(row.probe.quantity).unit
    yield Entry(name=name, label=f"{label}, {unit}", value=rounded(row.peak))
    yield Entry(name="peak_at", label=f"{label} at", value=row.peak_at)
    beyond = timedelta(seconds=row.seconds_beyond)
    yield Entry(name="seconds_beyond", label="Measured beyond the limit", value=beyond)
    deviation = deviation_of(row)
    number = "" if deviation is None else deviation.number
    yield Entry(name="deviation", label="Deviation", value=number, is_code=True)


def _of_probe(page: ExcursionPage) -> Iterator[Entry]:
    subject, calibration = page.subject, page.calibration
    sat = Fitting.objects.filter(
        probe=subject.probe_id, unit=subject.unit_id, began_at__lte=subject.began_at
    )
    fitting = sat.order_by("-began_at").first()
    yield Entry(name="probe", label="Probe", value=subject.probe.code, is_code=True)
    zone = "" if fitting is None else fitting.get_zone_display()
    yield Entry(name="zone", label="Sat at", value=zone)
    certificate = "" if calibration is None else calibration.certificate
    yield Entry(name="certificate", label="Certificate", value=certificate)
    due_at = None if calibration is None else calibration.due_at
    yield Entry(name="calibration_due_at", label="Calibration counts until", value=due_at)
    correction = "" if calibration is None else str(calibration.correction)
    yield Entry(name="correction", label="Correction, added", value=correction)


def _charts(
    subject: Excursion | Gap, unit: Container, zone: ZoneInfo, at: datetime
) -> tuple[Chart, ...]:
    """Draw what the unit's probes said, with an hour around it."""
    since, until = subject.began_at - AROUND, min((subject.ended_at or at) + AROUND, at)
    if since >= until:
        return ()
    span = {"since": since, "until": until}
    return tuple(
        charts_of(
            curve_of(unit, **span),
            excursions=excursions_in(unit, **span),
            gaps=gaps_in(unit, **span),
            zone=zone,
            at=at,
            **span,
        )
    )


def _doors(subject: Excursion | Gap, unit: Container, at: datetime) -> Iterator[Listing]:
    """Give when a door was open in it or in the hour before, a likely cause; nothing where none."""
    since, until = subject.began_at - AROUND, subject.ended_at or at
    if spells := spells_in(unit, since=since, until=until, most=None):
        yield openings_listing(spells[::-1])


def _products(lines: Sequence[ProductLine]) -> Listing:
    return Listing(
        name="products",
        title="Products that were touched",
        header=("product", "name", "vials", "limits_version", "warmest_allowed_celsius", "state"),
        rows=[
            (
                *(line.product.code, line.product.name, line.vials),
                None if line.limits is None else line.limits.version,
                "" if line.limits is None else str(line.limits.warmest_allowed_celsius),
                "evaluated" if line.is_decided else "not evaluated as it stands now",
            )
            for line in lines
        ],
        shown=(
            Shown(title="Product", names=("product", "name"), share=3),
            Shown(title="Vials", names=("vials",), share=0.8),
            Shown(title="Limits, version", names=("limits_version",)),
            Shown(title="Never warmer than, °C", names=("warmest_allowed_celsius",), share=1.4),
            Shown(title="State", names=("state",), share=2),
        ),
        empty="No vial that the reader may see stood there.",
    )


def _evaluations(lines: Sequence[ProductLine]) -> Listing:
    return Listing(
        name="evaluations",
        title="What quality decided, the newest first",
        header=(
            *("product", "number", "decision", "cause", "cause_code", "cause_words"),
            *("comparison", "despite_limit", "reasoning"),
            "tells_physician",
            *("evaluated_by", "evaluated_at", "seen_ended_at", "seen_peak_celsius"),
        ),
        rows=[
            (
                *(line.product.code, row.number, "impact" if row.has_impact else "no impact"),
                *(row.cause_told, row.cause, row.cause_words),
                *(row.comparison, row.despite_limit, row.reasoning),
                "yes" if row.tells_physician else "no",
                *(named(row.evaluated_by), row.evaluated_at),
                *(row.seen_ended_at, rounded(row.seen_peak)),
            )
            for line in lines
            for row, _ in line.evaluations
        ],
        shown=(
            Shown(title="Product, no.", names=("product", "number"), share=1.4),
            Shown(title="Decision", names=("decision",), share=1.2),
            Shown(title="Cause", names=("cause",), share=1.4),
            Shown(
                title="Comparison with stability data; why no impact though beyond the limit",
                names=("comparison", "despite_limit"),
                share=2.6,
            ),
            Shown(title="Reasoning", names=("reasoning",), share=3),
            Shown(title="Physician or patient to be told", names=("tells_physician",)),
            Shown(title="By, when", names=("evaluated_by", "evaluated_at"), share=2.2),
        ),
        empty="Nothing was decided yet.",
    )


def _signatures(lines: Sequence[ProductLine]) -> list[SignaturePart]:
    called = {
        row.pk: f"evaluation {row.number} for {line.product.code}"
        for line in lines
        for row, _ in line.evaluations
    }
    return signatures_under({Evaluation: called})
