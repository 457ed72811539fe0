"""The pages on which copies about temperature are made: their forms, and what is said around."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from custody.queries.excursions import Kind, kind_of
from inventory.models import Container
from reports.actions.export_calibrations import export_calibrations
from reports.actions.export_excursion import export_excursion
from reports.actions.export_temperature import export_temperature
from reports.records.temperature import UnitPeriod
from temperature.models import Excursion, Gap
from web.excursion_pages import LIST, heading_of
from web.forms.records import DayCopyForm, PeriodCopyForm
from web.http import Request
from web.links import unit_temperature_url
from web.presenters import Crumb
from web.record_copies import CopyPage
from web.report_pages import end_of
from web.temperature.calibrations import CRUMBS

USUAL = timedelta(days=30)


def period_form(request: Request, unit: Container) -> PeriodCopyForm:
    """Ask for days: those that the address names, or the last thirty at the site of the unit."""
    today = timezone.now().astimezone(ZoneInfo(unit.site.time_zone)).date()
    initial = {
        "since": request.GET.get("since") or today - USUAL,
        "until": request.GET.get("until") or today,
    }
    return PeriodCopyForm(request.POST or None, initial=initial, today=today)


def of_unit(unit: Container, form: PeriodCopyForm) -> CopyPage:
    """Report a unit in the days of the form."""
    url = unit_temperature_url(unit.pk)
    return CopyPage(
        heading=f"Report of {unit.name}",
        words="Least, mean and most of each probe, minutes beyond each limit, excursions, times "
        "without evidence, alarms with who took them on, calibrations, reviews and their "
        "signatures. Days begin and end at the site; up to today, the report says until when it is "
        "known.",
        crumbs=(
            Crumb(label="Temperature", url=reverse("temperature:index")),
            Crumb(label=unit.name, url=url),
            Crumb(label="Report"),
        ),
        back_url=url,
        act=lambda chosen, by, at: export_temperature(
            period=_period(unit, form), form=chosen, by=by, at=at
        ),
    )


def _period(unit: Container, form: PeriodCopyForm) -> UnitPeriod:
    zone = ZoneInfo(unit.site.time_zone)
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    return UnitPeriod(
        unit=unit,
        name=f"{since:%Y-%m-%d} to {until:%Y-%m-%d}",
        since=datetime.combine(since, time.min, tzinfo=zone),
        until=datetime.combine(until + timedelta(days=1), time.min, tzinfo=zone),
    )


def of_excursion(of: Kind, subject: Excursion | Gap) -> CopyPage:
    """Copy the evaluation of an excursion or gap."""
    key, heading = subject.pk, heading_of(subject)
    url = reverse(f"quality:{kind_of(subject)}", args=[key])
    return CopyPage(
        heading=f"Copy: {heading}",
        words="What was measured, the curve, every vial that stood there with its minutes above "
        "each limit, what quality decided for each product, and the signatures.",
        crumbs=(LIST, Crumb(label=heading, url=url), Crumb(label="Copy")),
        back_url=url,
        act=lambda form, by, at: export_excursion(of=of, key=key, form=form, by=by, at=at),
    )


def of_calibrations(form: DayCopyForm) -> CopyPage:
    """Report how what measures stood at the end of a day."""
    url = reverse("temperature:calibrations")
    return CopyPage(
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
