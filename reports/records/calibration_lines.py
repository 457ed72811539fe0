"""The tables of what measures: probes, where each sat, what calibrations showed, instruments."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db.models import Prefetch, Q

from inventory.models import Calibration as OfInstrument
from inventory.models import Instrument
from reports.kit.fonts import MONO
from reports.records.record import Cell, Listing, Shown
from temperature.models import Calibration, Fitting
from temperature.queries.calibrations import ProbeStatus
from temperature.queries.probes import Due

STANDS = {
    Due.NEVER: "▲ never calibrated",
    Due.OVERDUE: "▲ past due",
    Due.SOON: "due within 30 days",
    Due.VALID: "✔ counts",
}


def probes_listing(rows: Sequence[ProbeStatus]) -> Listing:
    """Give the probes in service, what is due first first."""
    return Listing(
        name="probes",
        title="Probes in service, what is due first",
        note="The correction is added to what the probe reads; raw readings stay as they are.",
        header=(
            *("probe", "quantity", "site", "unit", "zone", "mapped_offset", "fitted_at"),
            *("certificate", "calibrated_at", "due_at", "correction", "state"),
        ),
        rows=[_probe(row) for row in rows],
        shown=(
            Shown(title="Probe", names=("probe", "quantity"), share=1.6, font=MONO),
            Shown(title="Unit", names=("unit", "site"), share=1.4),
            Shown(title="Zone, mapped offset", names=("zone", "mapped_offset"), share=2),
            Shown(title="Fitted", names=("fitted_at",), share=2),
            Shown(title="Certificate, correction", names=("certificate", "correction"), share=1.6),
            Shown(title="Calibrated, due", names=("calibrated_at", "due_at"), share=2.2),
            Shown(title="State", names=("state",), share=1.6),
        ),
        empty="No probe was in service.",
    )


def _probe(row: ProbeStatus) -> tuple[Cell, ...]:
    fitting, calibration = row.fitting, row.calibration
    return (
        *(row.probe.code, str(row.quantity.label), row.probe.feed.site.code),
        "in no unit" if fitting is None else fitting.unit.name,
        "" if fitting is None else fitting.get_zone_display(),
        "" if fitting is None else str(fitting.mapped_offset),
        None if fitting is None else fitting.began_at,
        "" if calibration is None else calibration.certificate,
        None if calibration is None else calibration.calibrated_at,
        None if calibration is None else calibration.due_at,
        "" if calibration is None else str(calibration.correction),
        STANDS[row.due],
    )


def fittings_listing(site_ids: Collection[int], *, as_of: datetime) -> Listing:
    """Give where probes sat from when to when, and the offset that mapping showed."""
    rows = Fitting.objects.filter(unit__site__in=site_ids, began_at__lte=as_of)
    ordered = rows.select_related("probe", "unit").order_by("unit__name", "probe__code", "began_at")
    return Listing(
        name="mapping",
        title="Mapping: where probes sat, from when to when",
        header=("unit", "probe", "zone", "mapped_offset", "from", "to"),
        rows=[
            (
                *(row.unit.name, row.probe.code, row.get_zone_display(), str(row.mapped_offset)),
                *(row.began_at, row.ended_at),
            )
            for row in ordered
        ],
        shown=(
            Shown(title="Unit", names=("unit",), share=1.6),
            Shown(title="Probe", names=("probe",), share=1.4, font=MONO),
            Shown(title="Zone", names=("zone",), share=2.4),
            Shown(title="Mapped offset, °C", names=("mapped_offset",), share=1.2),
            Shown(title="From", names=("from",), share=2),
            Shown(title="To (empty: it sits there)", names=("to",), share=2),
        ),
    )


def calibrations_listing(site_ids: Collection[int], *, as_of: datetime) -> Listing:
    """Give every calibration of the probes of these sites."""
    rows = Calibration.objects.filter(probe__feed__site__in=site_ids, calibrated_at__lte=as_of)
    return Listing(
        name="calibrations",
        title="Calibrations of probes",
        header=("probe", "certificate", "calibrated_at", "due_at", "correction"),
        rows=[
            (row.probe.code, row.certificate, row.calibrated_at, row.due_at, str(row.correction))
            for row in rows.select_related("probe").order_by("probe__code", "-calibrated_at", "-pk")
        ],
        shown=(
            Shown(title="Probe", names=("probe",), share=1.6, font=MONO),
            Shown(title="Certificate", names=("certificate",), share=2),
            Shown(title="Calibrated", names=("calibrated_at",), share=2),
            Shown(title="Counts until", names=("due_at",), share=2),
            Shown(title="Correction", names=("correction",)),
        ),
    )


def instruments_listing(site_ids: Collection[int], *, day: date) -> Listing:
    """Give the instruments that people read, each with its newest calibration by that day."""
    done = OfInstrument.objects.filter(calibrated_on__lte=day).order_by("-calibrated_on", "-pk")
    rows = Instrument.objects.filter(site__in=site_ids).select_related("label", "site")
    found = rows.prefetch_related(Prefetch("calibrations", queryset=done, to_attr="calibrated"))
    still = Q(out_of_use_at__isnull=True) | Q(out_of_use_at__date__gt=day)
    return Listing(
        name="instruments",
        title="Instruments in use that people read",
        header=("label", "name", "serial", "site", "certificate", "calibrated_on", "due_on"),
        rows=[_instrument(row) for row in found.filter(still).order_by("name", "serial")],
        shown=(
            Shown(title="Label", names=("label",), share=1.6, font=MONO),
            Shown(title="Instrument", names=("name", "serial", "site"), share=3),
            Shown(title="Certificate", names=("certificate",), share=2),
            Shown(title="Calibrated", names=("calibrated_on",), share=1.4),
            Shown(title="Last day", names=("due_on",), share=1.4),
        ),
    )


def _instrument(row: Instrument) -> tuple[Cell, ...]:
    calibrated: list[OfInstrument] = vars(row)["calibrated"]
    newest = calibrated[0] if calibrated else None
    return (
        *(row.label.code, row.name, row.serial, row.site.code),
        "▲ never calibrated" if newest is None else newest.certificate,
        "" if newest is None else newest.calibrated_on.isoformat(),
        "" if newest is None else newest.due_on.isoformat(),
    )
