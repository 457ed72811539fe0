"""The curve of one unit over hours to years: each reading, or hours, or days; gaps stay gaps."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Q

from inventory.models import Container
from temperature.corrections import VALUE, WITH_CORRECTION
from temperature.models import CONTACTS, UNUSABLE_BITS, Fitting, Period, Quantity
from temperature.rules.bands import Band, bands_of
from temperature.rules.intervals import silent_after
from temperature.stretches import limits_over_time

RAW_WITHIN = timedelta(days=2)
HOURS_WITHIN = timedelta(days=120)
MOST_RAW = 10_000
"""So many raw readings of one probe are drawn at the most; where there may be more, hours are."""

DRAWN = tuple(quantity for quantity in Quantity if quantity not in CONTACTS)
FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)
LENGTHS = {Period.HOUR: timedelta(hours=1), Period.DAY: timedelta(days=1)}

# The fittings are few; the rows of all probes come in one statement, in the order of time.
RAW = f"""
    SELECT w.key, extract(epoch FROM r.device_at)::float8,
        CASE WHEN r.flags & %(unusable)s = 0 THEN {VALUE} END, NULL, NULL
    FROM unnest(%(keys)s::int[], %(probes)s::int[], %(begins)s::timestamptz[],
        %(ends)s::timestamptz[]) AS w (key, probe, begins, ends)
    JOIN public.temperature_reading r ON r.probe_id = w.probe
        AND r.device_at >= GREATEST(w.begins, %(since)s)
        AND r.device_at < LEAST(w.ends, %(until)s)
    {WITH_CORRECTION}
    ORDER BY w.key, r.device_at
"""  # noqa: S608 - words of our own modules
GATHERED = """
    SELECT w.key, extract(epoch FROM r.began_at)::float8, r.mean, r.lowest, r.highest
    FROM unnest(%(keys)s::int[], %(probes)s::int[], %(begins)s::timestamptz[],
        %(ends)s::timestamptz[]) AS w (key, probe, begins, ends)
    JOIN public.temperature_rollup r ON r.probe_id = w.probe AND r.period = %(period)s
        AND r.began_at >= w.begins AND r.began_at > %(since)s - %(length)s
        AND r.began_at + %(length)s <= w.ends AND r.began_at < %(until)s
    ORDER BY w.key, r.began_at
"""

Row = tuple[int, float, float | None, float | None, float | None]
"""The fitting, seconds since 1970, value or mean, lowest, highest."""


@dataclass
class Series:
    """
    What one probe measured while it sat in the unit, as columns of equal length.

    times: seconds since 1970; a row without a value breaks the line.
    """

    code: str
    zone: str
    quantity: Quantity
    times: list[float] = field(default_factory=list)
    values: list[float | None] = field(default_factory=list)
    lowest: list[float | None] = field(default_factory=list)
    highest: list[float | None] = field(default_factory=list)

    def add(self, at: float, value: float | None, low: float | None, high: float | None) -> None:
        """Add one row."""
        self.times.append(at)
        self.values.append(value)
        self.lowest.append(low)
        self.highest.append(high)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One limit while it was in force in the time that is drawn."""

    quantity: Quantity
    band: Band
    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, kw_only=True)
class Curve:
    """
    What was measured in one unit in a time, and the limits of that time.

    resolution: `raw`, `hour` or `day`; the latter two have lowest and highest beside the mean.
    has_contacts: whether contacts sat there too; their states are no line, but bands beside it.
    """

    resolution: str
    series: list[Series]
    limits: list[Line]
    has_contacts: bool = False


def curve_of(unit: Container, *, since: datetime, until: datetime) -> Curve:
    """
    Read the curve of a unit; four statements for any length of time and any number of probes.

    unit: with its type. Only what a probe said while it sat in the unit is drawn, and of hours and
    days only those that it sat there as a whole. Nothing is interpolated.
    Source: REQUIREMENTS B5; URS-104, URS-108, URS-112.
    """
    sat = fittings_in(unit, since=since, until=until)
    fittings = [row for row in sat if not row.probe.is_contact]
    period = _period(fittings, until - since)
    rows = _rows(fittings, period, since, until)
    return Curve(
        resolution="raw" if period is None else period.value,
        series=list(_series(fittings, rows, period)),
        limits=lines_of(unit, DRAWN, since=since, until=until),
        has_contacts=len(fittings) < len(sat),
    )


def fittings_in(unit: Container, *, since: datetime, until: datetime) -> list[Fitting]:
    """Return which probes sat in a unit in a time, thermometers first; one query."""
    rows = Fitting.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=since), unit=unit, began_at__lt=until
    )
    ordered = rows.order_by("-probe__quantity", "zone", "probe__code", "began_at")
    return list(ordered.select_related("probe"))


def _period(fittings: Iterable[Fitting], length: timedelta) -> Period | None:
    """Say by what a time is drawn; None by raw readings."""
    closest = min((fitting.probe.expected_every for fitting in fittings), default=length)
    if length <= RAW_WITHIN and length <= closest * MOST_RAW:
        return None
    return Period.HOUR if length <= HOURS_WITHIN else Period.DAY


def _rows(
    fittings: Sequence[Fitting], period: Period | None, since: datetime, until: datetime
) -> Mapping[int, list[Row]]:
    asked = {
        **windows(fittings, since=since, until=until),
        "period": period,
        "length": None if period is None else LENGTHS[period],
    }
    with connection.cursor() as cursor:
        cursor.execute(RAW if period is None else GATHERED, asked)
        return {key: list(rows) for key, rows in groupby(cursor, key=lambda row: row[0])}


def windows(fittings: Sequence[Fitting], *, since: datetime, until: datetime) -> dict[str, Any]:
    """Return the fittings as columns that a statement can join."""
    return {
        "keys": list(range(len(fittings))),
        "probes": [fitting.probe_id for fitting in fittings],
        "begins": [fitting.began_at for fitting in fittings],
        "ends": [fitting.ended_at or FOR_EVER for fitting in fittings],
        "since": since,
        "until": until,
        "unusable": UNUSABLE_BITS,
    }


def _series(
    fittings: Sequence[Fitting], rows: Mapping[int, list[Row]], period: Period | None
) -> Iterator[Series]:
    """Yield what each probe measured; what is too far apart is not joined."""
    for key, fitting in enumerate(fittings):
        probe = fitting.probe
        apart = silent_after(probe.expected_every) if period is None else LENGTHS[period]
        series = Series(probe.code, fitting.get_zone_display(), Quantity(probe.quantity))
        before = None
        for _, at, value, low, high in rows.get(key, ()):
            if before is not None and at - before > apart.total_seconds():
                series.add(before + 1, None, None, None)
            series.add(at, value, low, high)
            before = at
        yield series


def lines_of(
    unit: Container, quantities: Iterable[Quantity], *, since: datetime, until: datetime
) -> list[Line]:
    """Return the limits of these quantities in a time; one statement for each."""
    return [line for quantity in quantities for line in _lines(unit, quantity, since, until)]


def _lines(unit: Container, quantity: Quantity, since: datetime, until: datetime) -> Iterator[Line]:
    """Yield the limits of a time, each for as long as its version was in force."""
    changes = list(limits_over_time(unit, quantity))
    ends = [*(at for at, _ in changes[1:]), until]
    for (began_at, version), ended_at in zip(changes, ends, strict=False):  # none, and no end
        first, last = max(began_at, since), min(ended_at, until)
        if first < last:
            for band in bands_of(version):
                yield Line(quantity=quantity, band=band, began_at=first, ended_at=last)
