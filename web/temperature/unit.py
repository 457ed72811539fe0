"""What the page of one unit's temperature shows, and the curve that its script draws."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from accounts.models import Person
from custody.queries.openings import Opening, openings_in
from custody.queries.unguarded import Unguarded, unguarded_in
from inventory.models import Container
from temperature.models import (
    Alarm,
    Calibration,
    Excursion,
    ExcursionRule,
    Fitting,
    Gap,
    Level,
    Quantity,
)
from temperature.queries.alarms import OfUnit
from temperature.queries.board import last_calibrations
from temperature.queries.curves import Curve, Line, Series, curve_of, fittings_in
from temperature.queries.openings import Band, bands_in
from temperature.queries.unit import Summary, alarms_in, excursions_in, gaps_in, summaries
from web.links import storage_url, unit_temperature_url, with_query
from web.presenters import Crumb, FilterChip, Mark
from web.temperature.backups import with_backups
from web.temperature.board import MARKS, ProbeLine, State, doors_of, line_of, states_of
from web.temperature.doors import Doors, band_as_json, doors_in
from web.temperature.nitrogen import Nitrogen, Refuge, nitrogen_of, refuges
from web.temperature.span import RANGES, Span
from web.templatetags.freezer import in_unit

AROUND = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class ExcursionRow:
    """One excursion of the table; limit, worst: in words."""

    row: Excursion
    mark: Mark
    limit: str
    worst: str
    beyond: timedelta
    lasted: timedelta


@dataclass(frozen=True, kw_only=True)
class GapRow:
    """One time without evidence."""

    row: Gap
    lasted: timedelta


@dataclass(frozen=True, kw_only=True)
class OpeningRow:
    """One time in which a rack or a box was out."""

    row: Opening
    lasted: timedelta


@dataclass(frozen=True, kw_only=True)
class ProbeRow:
    """One probe that sat in the unit in that time, with what it measured and its calibration."""

    fitting: Fitting
    unit: str
    summary: Summary
    calibration: Calibration | None
    is_due: bool


@dataclass(frozen=True, kw_only=True)
class UnitPage:
    """
    Everything the page shows.

    curve_url: where its script reads the curve; curve_from, curve_to: in seconds since 1970.
    """

    unit: Container
    crumbs: tuple[Crumb, ...]
    storage_url: str
    curve_url: str
    curve_from: int
    curve_to: int
    ranges: tuple[FilterChip, ...]
    at: datetime
    states: list[State]
    lines: tuple[ProbeLine, ...]
    doors: tuple[str, ...]
    excursions: tuple[ExcursionRow, ...]
    gaps: tuple[GapRow, ...]
    openings: tuple[OpeningRow, ...]
    opened: Doors | None
    probes: tuple[ProbeRow, ...]
    stands: OfUnit
    nitrogen: Nitrogen | None
    refuges: tuple[Refuge, ...]
    unguarded: tuple[Unguarded, ...]


def unit_page(
    unit: Container, *, person: Person, chosen: str, asked: Span | None, at: datetime
) -> UnitPage:
    """
    Show one unit over the time that was asked for; without one, over the range chosen, up to now.

    unit: one that `person` may see. Source: REQUIREMENTS B4, B5; URS-104, URS-108, URS-112.
    """
    span = asked or Span(since=at - RANGES[chosen][1], until=at)
    times = asdict(span)
    now, lasting, stands, backups = with_backups(unit, person, at)
    fittings = fittings_in(unit, **times)
    measuring = [row for row in fittings if not row.probe.is_contact]
    return UnitPage(
        unit=unit,
        crumbs=_crumbs(unit),
        storage_url=storage_url(unit.pk),
        curve_url=reverse("temperature:readings", args=[unit.pk]),
        curve_from=int(span.since.timestamp()),
        curve_to=int(span.until.timestamp()),
        ranges=tuple(_ranges(unit, None if asked else chosen)),
        at=at,
        states=states_of(now, lasting),
        lines=tuple(line_of(probe, at=at) for probe in now.probes),
        doors=doors_of(now, at=at),
        excursions=tuple(_excursion(row, at) for row in excursions_in(unit, **times)),
        gaps=tuple(_gap(row, at) for row in gaps_in(unit, **times)),
        openings=tuple(
            OpeningRow(row=row, lasted=row.ended_at - row.began_at)
            for row in openings_in(unit, **times)
        ),
        opened=doors_in(unit, fittings, at=at, **times),
        probes=tuple(_probes(summaries(measuring, **times), at)),
        stands=stands,
        nitrogen=nitrogen_of(lasting),
        refuges=refuges(backups),
        unguarded=tuple(unguarded_in([unit.pk], seen_by=person, at=at)),
    )


def _crumbs(unit: Container) -> tuple[Crumb, ...]:
    return (
        Crumb(label="Temperature", url=reverse("temperature:index")),
        Crumb(label=unit.name),
    )


def _gap(row: Gap, at: datetime) -> GapRow:
    return GapRow(row=row, lasted=(row.ended_at or at) - row.began_at)


def _ranges(unit: Container, chosen: str | None) -> Iterable[FilterChip]:
    page = unit_temperature_url(unit.pk)
    for name, (label, _) in RANGES.items():
        yield FilterChip(label=label, url=with_query(page, range=name), active=name == chosen)


def _excursion(row: Excursion, at: datetime) -> ExcursionRow:
    quantity = Quantity(row.probe.quantity)
    limit = f"{row.get_side_display().lower()} {in_unit(row.limit, quantity.unit)}"
    if row.rule != ExcursionRule.LIMIT:
        limit = row.get_rule_display().lower()
    return ExcursionRow(
        row=row,
        mark=MARKS[Level(row.level)],
        limit=quantity.when_on if quantity.is_contact else limit,
        worst="–" if quantity.is_contact else in_unit(row.peak, quantity.unit),
        beyond=timedelta(seconds=row.seconds_beyond),
        lasted=(row.ended_at or at) - row.began_at,
    )


def _probes(found: list[Summary], at: datetime) -> Iterable[ProbeRow]:
    calibrations = last_calibrations(summary.fitting.probe for summary in found)
    for summary in found:
        calibration = calibrations.get(summary.fitting.probe_id)
        yield ProbeRow(
            fitting=summary.fitting,
            unit=Quantity(summary.fitting.probe.quantity).unit,
            summary=summary,
            calibration=calibration,
            is_due=calibration is None or calibration.due_at <= at,
        )


def curve_as_json(unit: Container, span: Span) -> dict[str, object]:
    """
    Return a curve with what stood out in it, as the script draws it; times in seconds since 1970.

    unit: one that the person may see. Source: REQUIREMENTS B5; URS-104, URS-112.
    """
    asked = asdict(span)
    curve: Curve = curve_of(unit, **asked)
    return {
        "from": span.since.timestamp(),
        "to": span.until.timestamp(),
        "resolution": curve.resolution,
        "series": [_series(series) for series in curve.series],
        "limits": [_limit(line) for line in curve.limits],
        "excursions": [
            _shade(row, Level(row.level).label)
            for row in excursions_in(unit, **asked)
            if not row.probe.is_contact
        ],
        "gaps": [
            _shade(row, row.probe.code)
            for row in gaps_in(unit, **asked)
            if not row.probe.is_contact
        ],
        "alarms": [_alarm(row) for row in alarms_in(unit, **asked)],
        "openings": [
            {
                "label": row.name,
                "from": row.began_at.timestamp(),
                "to": row.ended_at.timestamp(),
            }
            for row in openings_in(unit, **asked)
        ],
        "doors": [band_as_json(band) for band in _bands(unit, curve, span)],
    }


def _bands(unit: Container, curve: Curve, span: Span) -> list[Band]:
    """Return when doors were open; no statement where no contact sat there."""
    return bands_in(unit, since=span.since, until=span.until) if curve.has_contacts else []


def _limit(line: Line) -> dict[str, object]:
    return {
        "unit": line.quantity.unit,
        "level": str(line.band.level.label),
        "side": str(line.band.side),
        "limit": line.band.limit,
        "from": line.began_at.timestamp(),
        "to": line.ended_at.timestamp(),
    }


def _series(series: Series) -> dict[str, object]:
    return {
        "code": series.code,
        "zone": series.zone,
        "unit": series.quantity.unit,
        "times": series.times,
        "values": series.values,
        "lowest": series.lowest,
        "highest": series.highest,
    }


def _shade(row: Excursion | Gap, label: object) -> dict[str, object]:
    return {
        "label": str(label),
        "from": row.began_at.timestamp(),
        "to": None if row.ended_at is None else row.ended_at.timestamp(),
    }


def _alarm(row: Alarm) -> dict[str, object]:
    return {
        "label": f"{row.get_level_display()}: {row.what.lower()}",
        "level": row.level,
        "from": row.raised_at.timestamp(),
        "to": None if row.resolved_at is None else row.resolved_at.timestamp(),
    }


def place_of(row: Excursion | Gap, *, at: datetime) -> str:
    """Give the address that shows an excursion or a gap in its time, with an hour around it."""
    kind = "excursion" if isinstance(row, Excursion) else "gap"
    since, until = row.began_at - AROUND, min((row.ended_at or at) + AROUND, at)
    page = unit_temperature_url(row.unit_id)
    times = {"from": since.isoformat(), "to": until.isoformat()}
    return f"{with_query(page, **times)}#{kind}-{row.pk}"
