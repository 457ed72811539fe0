"""The paper of a unit's temperature and alarms in a period, counted reading by reading."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from inventory.models import Container
from reports.dossier.signatures import signatures_under
from reports.kit.times import exact, local
from reports.records.record import Entry, Listing, Record
from reports.records.temperature_alarms import AlarmListings, alarm_listings
from reports.records.temperature_charts import charts_of
from reports.records.temperature_doors import facts_of_contacts, openings_listing
from reports.records.temperature_lines import (
    calibrations_listing,
    contacts_beyond_listing,
    excursions_listing,
    gaps_listing,
    limits_listing,
    probes_listing,
    rounded,
)
from temperature.models import (
    CONTACTS,
    AlarmPause,
    ContactSpell,
    Excursion,
    Fitting,
    Gap,
    Quantity,
    TemperatureReview,
)
from temperature.queries.curves import DRAWN, Curve, Line, curve_of, fittings_in, lines_of
from temperature.queries.measured import Measured, Window, measured_in
from temperature.queries.openings import Total, spells_in, totals_of
from temperature.queries.review_scope import calibrated
from temperature.queries.unit import excursions_in, gaps_in


@dataclass(frozen=True, kw_only=True)
class UnitPeriod:
    """
    What is reported: a unit from `since` on, up to but without `until`.

    unit: with its type and site. name: at most 40 characters, such as `2026-11-01 to 2026-11-20`.
    """

    unit: Container
    name: str
    since: datetime
    until: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the unit's site, in which the paper tells times."""
        return ZoneInfo(self.unit.site.time_zone)


@dataclass(frozen=True, kw_only=True)
class _Read:
    """What was read of the period; gaps and excursions the oldest first."""

    period: UnitPeriod
    fittings: Sequence[Fitting]
    measured: Sequence[Measured]
    curve: Curve
    limits: Sequence[Line]
    excursions: Sequence[Excursion]
    gaps: Sequence[Gap]
    contacts: Sequence[Total]
    spells: Sequence[ContactSpell]


def temperature_record(period: UnitPeriod, *, at: datetime) -> Record:
    """
    Gather what was measured in a unit, what was wrong, and who looked at it.

    Numbers are of raw readings; the curve is drawn of raw readings, hours or days, by its length.
    Source: 21 CFR 211.180(e), 1271.260(e), 11.10(b); URS-76, URS-104, URS-107; REQUIREMENTS D2
    no. 5.
    """
    read = _read(period)
    alarms = alarm_listings(period.unit, since=period.since, until=period.until, at=at)
    unit, span = period.unit, f"{exact(period.since)} up to {exact(period.until)}"
    return Record(
        title=f"Temperature and alarms of {unit.name}",
        subject=f"{unit.code} {period.name}"[:60],
        version=exact(at),
        query=f"unit {unit.code}, from {span}; read at {exact(at)}",
        zone=period.zone,
        program_id=None,
        facts=tuple(_facts(read, alarms.counts, at)),
        charts=tuple(
            charts_of(
                read.curve,
                excursions=read.excursions,
                gaps=read.gaps,
                since=period.since,
                until=period.until,
                zone=period.zone,
                at=at,
            )
        ),
        listings=tuple(_listings(read, alarms)),
        signatures=tuple(
            signatures_under({TemperatureReview: alarms.reviews, AlarmPause: alarms.pauses})
        ),
    )


def _listings(read: _Read, alarms: AlarmListings) -> Iterator[Listing]:
    period = read.period
    counted = calibrated(read.fittings)
    yield probes_listing(read.fittings, read.measured, counted, read.contacts, period)
    yield limits_listing(read.fittings, read.limits, period)
    yield excursions_listing(read.excursions)
    yield gaps_listing(read.gaps, period)
    if read.contacts:
        yield contacts_beyond_listing(read.excursions)
        yield openings_listing(read.spells)
    yield from alarms.listings
    yield calibrations_listing(read.fittings, period)
    yield _curve_listing(read.curve)


def _read(period: UnitPeriod) -> _Read:
    unit, since, until = period.unit, period.since, period.until
    fittings = fittings_in(unit, since=since, until=until)
    windows = [
        Window(row.probe, max(row.began_at, since), min(row.ended_at or until, until))
        for row in fittings
    ]
    span = {"since": since, "until": until}
    curve = curve_of(unit, **span)
    of_contacts = lines_of(unit, CONTACTS, **span) if curve.has_contacts else []
    return _Read(
        period=period,
        fittings=fittings,
        measured=measured_in(windows),
        curve=curve,
        limits=[*curve.limits, *of_contacts],
        excursions=excursions_in(unit, **span)[::-1],
        gaps=gaps_in(unit, **span)[::-1],
        contacts=totals_of(fittings, **span),
        spells=spells_in(unit, most=None, **span)[::-1],
    )


def _facts(read: _Read, counts: dict[str, int], at: datetime) -> Iterator[Entry]:
    unit, period = read.period.unit, read.period
    yield Entry(name="unit", label="Unit", value=unit.code, is_code=True)
    yield Entry(name="unit_name", label="Name", value=unit.name)
    yield Entry(name="type", label="Type", value=unit.type.name)
    yield Entry(name="site", label="Site", value=unit.site.name)
    yield Entry(name="since", label="From", value=period.since)
    yield Entry(name="until", label="Up to, without", value=period.until)
    yield Entry(name="is_over", label="Is the period over?", value=_state(period, at))
    for quantity in DRAWN:
        yield from _of_quantity(read, quantity)
    yield from facts_of_contacts(read.contacts)
    of_contacts = sum(row.probe.is_contact for row in read.excursions)
    measured = len(read.excursions) - of_contacts
    yield Entry(name="excursions", label="Excursions", value=measured)
    if read.contacts:
        label = "Doors open or mains away for too long"
        yield Entry(name="contacts_beyond", label=label, value=of_contacts)
    yield Entry(name="gaps", label="Times without evidence", value=len(read.gaps))
    yield Entry(name="alarms", label="Alarms raised", value=counts["alarms"])
    label = "Not acknowledged, where that is asked"
    yield Entry(name="unacknowledged", label=label, value=counts["unacknowledged"])
    yield Entry(name="reviews", label="Reviews that cover a part", value=counts["reviews"])


def _state(period: UnitPeriod, at: datetime) -> str:
    """Say whether more may come of the period than is reported."""
    if at >= period.until:
        return "yes"
    return f"No: this is what was known until {local(at, period.zone)}."


def _of_quantity(read: _Read, quantity: Quantity) -> Iterator[Entry]:
    """Give least, mean and most of all probes of a quantity; nothing where none sat there."""
    found = [
        numbers
        for fitting, numbers in zip(read.fittings, read.measured, strict=True)
        if fitting.probe.quantity == quantity
    ]
    if not found:
        return
    name, usable = quantity.value, sum(row.usable for row in found)
    what = f"{quantity.label.split(',')[0]}, {quantity.unit}"
    readings = sum(row.readings for row in found)
    lowest = min((row.lowest for row in found if row.lowest is not None), default=None)
    highest = max((row.highest for row in found if row.highest is not None), default=None)
    total = sum(row.mean * row.usable for row in found if row.mean is not None)
    mean = total / usable if usable else None
    yield Entry(name=f"{name}_readings", label=f"{what}: readings", value=readings)
    yield Entry(name=f"{name}_usable", label=f"{what}: usable", value=usable)
    yield Entry(name=f"{name}_lowest", label=f"{what}: lowest", value=rounded(lowest))
    yield Entry(name=f"{name}_mean", label=f"{what}: mean of readings", value=rounded(mean))
    yield Entry(name=f"{name}_highest", label=f"{what}: highest", value=rounded(highest))


def _curve_listing(curve: Curve) -> Listing:
    """Give what the curve was drawn of, for machines."""
    return Listing(
        name="curve",
        title="Curve",
        header=("probe", "quantity", "resolution", "at", "value_or_mean", "lowest", "highest"),
        rows=[
            (
                *(series.code, series.quantity.value, curve.resolution),
                datetime.fromtimestamp(at, tz=ZoneInfo("UTC")),
                *(rounded(value), rounded(low), rounded(high)),
            )
            for series in curve.series
            for at, value, low, high in zip(
                series.times, series.values, series.lowest, series.highest, strict=True
            )
            if value is not None
        ],
    )
