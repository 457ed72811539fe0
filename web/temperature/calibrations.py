"""The list of probes by when their calibration is due, with where each sits."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.urls import reverse

from reports.actions.export_calibrations import MAY_EXPORT
from sop.queries.training import seen_through
from temperature.queries.calibrations import ProbeStatus, probe_statuses
from temperature.queries.probes import Due
from web.audit_pages import csv_url_of
from web.http import Request
from web.links import with_query
from web.presenters import Crumb, FilterChip, Mark
from web.temperature.alarms import holds

CRUMBS = (
    Crumb(label="Temperature", url="/temperature/"),
    Crumb(label="Calibration and mapping"),
)
SHOWN = {
    "": "All in service",
    Due.NEVER.value: "Never calibrated",
    Due.OVERDUE.value: "Past due",
    Due.SOON.value: "Due in 30 days",
    "loose": "In no unit",
}
STANDS = {
    Due.NEVER: (Mark.GREY, "never calibrated"),
    Due.OVERDUE: (Mark.RED, "past due"),
    Due.SOON: (Mark.AMBER, "due soon"),
    Due.VALID: (Mark.GREEN, "counts"),
}
HEADS = (
    *("Probe", "Measures", "Site", "Unit", "Zone", "Mapped offset", "Fitted (UTC)"),
    *("Certificate", "Calibrated (UTC)", "Due (UTC)", "Correction", "State"),
)


def lines_for(request: Request, *, at: datetime) -> list[ProbeStatus]:
    """Return the probes that the words fit, what is due first first."""
    words = request.GET.get("q", "").lower().split()
    return [
        row
        for row in probe_statuses(seen_through(request.user), at=at)
        if all(word in _said(row) for word in words)
    ]


def _said(row: ProbeStatus) -> str:
    sits = "" if row.fitting is None else f"{row.fitting.unit.name} {row.fitting.zone}"
    certificate = "" if row.calibration is None else row.calibration.certificate
    return f"{row.probe.code} {sits} {certificate} {row.probe.feed.site.code}".lower()


def chosen(request: Request) -> str:
    """Return the filter that is asked for; none where it names none."""
    asked = request.GET.get("show", "")
    return asked if asked in SHOWN else ""


def is_shown(row: ProbeStatus, show: str) -> bool:
    """Say whether a filter leaves a probe in the list."""
    if show == "loose":
        return row.fitting is None
    return not show or row.due == show


def list_context(request: Request, rows: Sequence[ProbeStatus]) -> dict[str, object]:
    """Gather the list that the chips and words ask for."""
    show, words = chosen(request), request.GET.get("q", "").strip()
    here = reverse("temperature:calibrations")
    return {
        "lines": [(row, *STANDS[row.due]) for row in rows if is_shown(row, show)],
        "chips": [
            FilterChip(
                label=label,
                url=with_query(here, show=name, q=words),
                count=sum(is_shown(row, name) for row in rows),
                active=name == show,
            )
            for name, label in SHOWN.items()
        ],
        "show": show,
        "words": words,
        "csv_url": csv_url_of(request),
        "crumbs": CRUMBS,
        "may_copy": holds(request.user, MAY_EXPORT),
    }


def cells(rows: Iterable[ProbeStatus]) -> Iterator[Sequence[object]]:
    """Yield the list as cells."""
    for row in rows:
        fitting, calibration = row.fitting, row.calibration
        yield (
            *(row.probe.code, row.quantity.label, row.probe.feed.site.code),
            "" if fitting is None else fitting.unit.name,
            "" if fitting is None else fitting.get_zone_display(),
            "" if fitting is None else fitting.mapped_offset,
            "" if fitting is None else _utc(fitting.began_at),
            "" if calibration is None else calibration.certificate,
            "" if calibration is None else _utc(calibration.calibrated_at),
            "" if calibration is None else _utc(calibration.due_at),
            "" if calibration is None else calibration.correction,
            STANDS[row.due][1],
        )


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
