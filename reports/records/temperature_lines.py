"""The tables of what was measured: probes, limits, excursions, gaps, calibrations."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from reports.kit.fonts import MONO
from reports.records.record import Cell, Listing, Shown
from temperature.models import Calibration, Excursion, Fitting, Gap, Quantity
from temperature.queries.curves import Line
from temperature.queries.measured import Measured, Window, seconds_beyond
from temperature.queries.openings import Total
from temperature.rules.reviewing import without_calibration

MINUTE = timedelta(minutes=1)
BEYOND = (
    "Counted from each usable reading beyond the limit to the next usable one, also where it was "
    "shorter than the delay of the limit; silence longer than is normal adds nothing."
)

OF_PROBES = (
    Shown(title="Probe", names=("probe", "quantity"), share=1.6, font=MONO),
    Shown(title="Place, mapped offset", names=("zone", "mapped_offset"), share=2),
    Shown(title="Sat there", names=("from", "to"), share=2.2),
    Shown(title="Readings, usable", names=("readings", "usable"), share=1.2),
    Shown(title="Lowest", names=("lowest",)),
    Shown(title="Mean", names=("mean",)),
    Shown(title="Highest", names=("highest",)),
    Shown(title="Without calibration", names=("uncalibrated_seconds",), share=1.5),
    Shown(title="Open: times, minutes", names=("openings", "open_minutes"), share=1.4),
)


class Span(Protocol):
    """A time that is reported."""

    @property
    def since(self) -> datetime:
        """Its begin."""

    @property
    def until(self) -> datetime:
        """Its end."""


def rounded(value: float | None) -> str:
    """Write a measured value to a hundredth; nothing where there is none."""
    return "" if value is None else f"{value:.2f}"


def probes_listing(
    fittings: Sequence[Fitting],
    measured: Sequence[Measured],
    calibrations: Mapping[int, Sequence[tuple[datetime, datetime]]],
    contacts: Sequence[Total],
    period: Span,
) -> Listing:
    """
    Give each probe with what it measured while it sat there, and whether it was calibrated.

    contacts: of each contact, by its fitting, how often and how long it was open; it measures
    nothing and is not calibrated.
    """
    opened = {row.fitting.pk: row for row in contacts}
    return Listing(
        name="probes",
        title="Probes: least, mean and most of their usable readings; how long doors were open",
        header=(
            *("probe", "quantity", "zone", "mapped_offset", "from", "to", "readings", "usable"),
            *("lowest", "mean", "highest", "uncalibrated_seconds", "openings", "open_minutes"),
        ),
        rows=[
            (
                *_sat(fitting, numbers, period),
                *_measured(fitting, numbers, calibrations.get(fitting.probe_id, ()), period),
                *_opened(opened.get(fitting.pk)),
            )
            for fitting, numbers in zip(fittings, measured, strict=True)
        ],
        shown=OF_PROBES,
        empty="No probe sat there: nothing is known of how cold it was.",
    )


def _sat(fitting: Fitting, numbers: Measured, period: Span) -> tuple[Cell, ...]:
    return (
        *(fitting.probe.code, str(Quantity(fitting.probe.quantity).label)),
        *(fitting.get_zone_display(), str(fitting.mapped_offset)),
        *(*_there(fitting, period), numbers.readings, numbers.usable),
    )


def _there(fitting: Fitting, period: Span) -> tuple[datetime, datetime]:
    """Return from when until when a probe sat there in the period."""
    until = min(fitting.ended_at or period.until, period.until)
    return max(fitting.began_at, period.since), until


def _measured(
    fitting: Fitting,
    numbers: Measured,
    calibrations: Sequence[tuple[datetime, datetime]],
    period: Span,
) -> tuple[Cell, ...]:
    if fitting.probe.is_contact:
        return "", "", "", None
    since, until = _there(fitting, period)
    return (
        *(rounded(numbers.lowest), rounded(numbers.mean), rounded(numbers.highest)),
        without_calibration(calibrations, since=since, until=until),
    )


def _opened(total: Total | None) -> tuple[Cell, ...]:
    if total is None:
        return None, ""
    return total.spells, f"{total.lasted / MINUTE:.1f}"


def limits_listing(fittings: Sequence[Fitting], lines: Sequence[Line], period: Span) -> Listing:
    """Say for each probe and each limit in force how long it was beyond; one statement."""
    asked = list(_windows(fittings, lines, period))
    found = seconds_beyond([(window, line.band) for window, line in asked])
    return Listing(
        name="beyond_limits",
        title="Time beyond each limit",
        note=BEYOND,
        header=(
            *("probe", "level", "side", "limit", "unit", "delay_seconds", "from", "to"),
            *("beyond_seconds", "beyond_minutes"),
        ),
        rows=[
            (
                *(window.probe.code, str(line.band.level.label), str(line.band.side.label)),
                *_limit_of(line),
                line.band.delay,
                *(window.since, window.until, seconds, f"{seconds / 60:.1f}"),
            )
            for (window, line), seconds in zip(asked, found, strict=True)
        ],
        shown=(
            Shown(title="Probe", names=("probe",), share=1.4, font=MONO),
            Shown(title="Level", names=("level", "side"), share=1.4),
            Shown(title="Limit", names=("limit", "unit")),
            Shown(title="Delay", names=("delay_seconds",)),
            Shown(title="In force, and the probe there", names=("from", "to"), share=2.4),
            Shown(title="Beyond it, minutes", names=("beyond_minutes",), share=1.4),
        ),
        empty="No limits were in force: nothing was compared with any.",
    )


def _limit_of(line: Line) -> tuple[str, str]:
    """Return a limit and its unit; of a contact the state that is beyond it."""
    if line.quantity.is_contact:
        return line.quantity.states[1], ""
    return rounded(line.band.limit), line.quantity.unit


def _windows(
    fittings: Sequence[Fitting], lines: Sequence[Line], period: Span
) -> Iterator[tuple[Window, Line]]:
    for fitting in fittings:
        for line in lines:
            since = max(fitting.began_at, line.began_at, period.since)
            until = min(fitting.ended_at or period.until, line.ended_at, period.until)
            if line.quantity == fitting.probe.quantity and since < until:
                yield Window(fitting.probe, since, until), line


def excursions_listing(rows: Sequence[Excursion]) -> Listing:
    """Give the excursions of what was measured, each whole, out of all rows."""
    measured = [row for row in rows if not row.probe.is_contact]
    return _beyond(measured, name="excursions", title="Excursions")


def contacts_beyond_listing(rows: Sequence[Excursion]) -> Listing:
    """Give each time a contact stood at 1 for longer than it may, out of all rows."""
    told = [row for row in rows if row.probe.is_contact]
    return _beyond(told, name="contacts_beyond", title="Doors open or mains away for too long")


def _beyond(rows: Sequence[Excursion], *, name: str, title: str) -> Listing:
    return Listing(
        name=name,
        title=title,
        note="Each as it is on record, also its part outside of the period.",
        header=(
            *("excursion", "probe", "level", "side", "limit", "began_at", "ended_at", "peak"),
            *("peak_at", "seconds_beyond", "found_at", "method", "rule"),
        ),
        rows=[
            (
                *(row.pk, row.probe.code, row.get_level_display(), row.get_side_display()),
                *(_limit(row), row.began_at, row.ended_at, _peak(row), row.peak_at),
                *(timedelta(seconds=row.seconds_beyond), row.found_at, row.method),
                row.get_rule_display(),
            )
            for row in rows
        ],
        shown=(
            Shown(title="No.", names=("excursion",), share=0.7),
            Shown(title="Probe", names=("probe",), share=1.4, font=MONO),
            Shown(title="Level, limit", names=("level", "side", "limit"), share=1.4),
            Shown(title="Began, ended", names=("began_at", "ended_at"), share=2.4),
            Shown(title="Worst", names=("peak", "peak_at"), share=2.2),
            Shown(title="Beyond", names=("seconds_beyond",), share=1.2),
            Shown(title="Found", names=("found_at", "method"), share=2.2),
        ),
    )


def _limit(row: Excursion) -> str:
    """Return the limit that was passed; of a contact what it said."""
    quantity = Quantity(row.probe.quantity)
    return quantity.when_on.lower() if quantity.is_contact else rounded(row.limit)


def _peak(row: Excursion) -> str:
    return "" if row.probe.is_contact else rounded(row.peak)


def gaps_listing(rows: Sequence[Gap], period: Span) -> Listing:
    """Give the times without evidence, and how long each was in the period."""
    return Listing(
        name="gaps",
        title="Times without evidence",
        note="Nothing is filled in: how cold it was then is not known from this probe.",
        header=("gap", "probe", "cause", "began_at", "ended_at", "seconds_in_period"),
        rows=[
            (
                *(row.pk, row.probe.code, row.get_cause_display(), row.began_at, row.ended_at),
                min(row.ended_at or period.until, period.until) - max(row.began_at, period.since),
            )
            for row in rows
        ],
        shown=(
            Shown(title="No.", names=("gap",), share=0.7),
            Shown(title="Probe", names=("probe",), share=1.6, font=MONO),
            Shown(title="Why", names=("cause",), share=2.4),
            Shown(title="Began", names=("began_at",), share=2),
            Shown(title="Ended", names=("ended_at",), share=2),
            Shown(title="In the period", names=("seconds_in_period",), share=1.4),
        ),
    )


def calibrations_listing(fittings: Sequence[Fitting], period: Span) -> Listing:
    """Give the calibrations of these probes that were recorded for a time before its end."""
    rows = Calibration.objects.filter(
        probe__in={row.probe_id for row in fittings},
        calibrated_at__lt=period.until,
        due_at__gt=period.since,
    ).select_related("probe")
    return Listing(
        name="calibrations",
        title="Calibrations that counted",
        note="Raw readings stay as they are; each value above is the reading with the "
        "correction of the calibration in force then.",
        header=("probe", "certificate", "correction", "calibrated_at", "due_at"),
        rows=[
            (row.probe.code, row.certificate, str(row.correction), row.calibrated_at, row.due_at)
            for row in rows.order_by("probe__code", "calibrated_at", "pk")
        ],
        shown=(
            Shown(title="Probe", names=("probe",), share=1.6, font=MONO),
            Shown(title="Certificate", names=("certificate",), share=2),
            Shown(title="Correction", names=("correction",)),
            Shown(title="Calibrated", names=("calibrated_at",), share=2),
            Shown(title="Counts until", names=("due_at",), share=2),
        ),
        empty="None: what these probes said is no evidence.",
    )
