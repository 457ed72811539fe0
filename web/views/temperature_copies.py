"""Copies about temperature: of a unit in a period, of an excursion, of how probes stand."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from custody.queries.excursions import Kind, find_excursion, kind_of
from reports.actions.export_calibrations import MAY_EXPORT as EXPORT_CALIBRATIONS
from reports.actions.export_calibrations import export_calibrations
from reports.actions.export_excursion import MAY_EXPORT as EXPORT_EXCURSION
from reports.actions.export_excursion import export_excursion
from reports.actions.export_temperature import export_temperature
from reports.records.temperature import UnitPeriod
from temperature.models import Excursion, Gap
from web.excursion_pages import LIST, heading_of
from web.forms.records import DayCopyForm, PeriodCopyForm
from web.gates import insist_on_role
from web.http import Request
from web.links import unit_temperature_url
from web.presenters import Crumb
from web.record_copies import COPIERS, CopyPage, answer_copy
from web.report_pages import end_of
from web.storage.lookup import unit_or_404
from web.temperature.calibrations import CRUMBS

_either = require_http_methods(["GET", "HEAD", "POST"])
USUAL = timedelta(days=30)


@_either
def unit(request: Request, unit_id: int) -> HttpResponse:
    """Hand out the temperature and alarms of a unit in a period."""
    insist_on_role(request, COPIERS)
    found = unit_or_404(request.user, unit_id)
    zone = ZoneInfo(found.site.time_zone)
    today = timezone.now().astimezone(zone).date()
    asked = {name: request.GET.get(name) for name in ("since", "until")}
    initial = {"since": asked["since"] or today - USUAL, "until": asked["until"] or today}
    form = PeriodCopyForm(request.POST or None, initial=initial)

    def period() -> UnitPeriod:
        since, until = form.cleaned_data["since"], form.cleaned_data["until"]
        return UnitPeriod(
            unit=found,
            name=f"{since:%Y-%m-%d} to {until:%Y-%m-%d}",
            since=datetime.combine(since, time.min, tzinfo=zone),
            until=datetime.combine(until + timedelta(days=1), time.min, tzinfo=zone),
        )

    url = unit_temperature_url(found.pk)
    page = CopyPage(
        heading=f"Report of {found.name}",
        words="Least, mean and most of each probe, minutes beyond each limit, excursions, times "
        "without evidence, alarms with who took them on, calibrations, reviews and their "
        "signatures. Days begin and end at the site.",
        crumbs=(
            Crumb(label="Temperature", url=reverse("temperature:index")),
            Crumb(label=found.name, url=url),
            Crumb(label="Report"),
        ),
        back_url=url,
        act=lambda chosen, by, at: export_temperature(period=period(), form=chosen, by=by, at=at),
    )
    return answer_copy(request, page, form)


@_either
def excursion(request: Request, excursion_id: int) -> HttpResponse:
    """Hand out the evaluation of an excursion, with every vial it touched."""
    return _evaluation(request, Excursion, excursion_id)


@_either
def gap(request: Request, gap_id: int) -> HttpResponse:
    """Hand out the evaluation of a time without evidence, with every vial it touched."""
    return _evaluation(request, Gap, gap_id)


def _evaluation(request: Request, of: Kind, key: int) -> HttpResponse:
    insist_on_role(request, [str(role) for role in EXPORT_EXCURSION])
    subject = find_excursion(of, key, seen_by=request.user)
    url, heading = reverse(f"quality:{kind_of(subject)}", args=[key]), heading_of(subject)
    page = CopyPage(
        heading=f"Copy: {heading}",
        words="What was measured, the curve, every vial that stood there with its minutes above "
        "each limit, what quality decided for each product, and the signatures.",
        crumbs=(LIST, Crumb(label=heading, url=url), Crumb(label="Copy")),
        back_url=url,
        act=lambda form, by, at: export_excursion(of=of, key=key, form=form, by=by, at=at),
    )
    return answer_copy(request, page)


@_either
def calibrations(request: Request) -> HttpResponse:
    """Hand out how probes and instruments stood at the end of a day."""
    insist_on_role(request, [str(role) for role in EXPORT_CALIBRATIONS])
    form, url = DayCopyForm(request.POST or None), reverse("temperature:calibrations")
    page = CopyPage(
        heading="Report calibration and mapping",
        words="Probes with certificate, due date and correction, where each sat and its mapped "
        "offset, instruments, drills, and when alarms were silenced or channels did not work.",
        crumbs=(*CRUMBS[:1], Crumb(label=CRUMBS[1].label, url=url), Crumb(label="Report")),
        back_url=url,
        act=lambda chosen, by, at: export_calibrations(
            as_of=end_of(form.cleaned_data["as_of"], at=at),
            form=chosen,
            zone=ZoneInfo(timezone.get_current_timezone_name()),
            by=by,
            at=at,
        ),
    )
    return answer_copy(request, page, form)
