"""Reports: complete copies of records, and the register of what was handed out."""

from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from reports.actions.export_dossier import export_dossier
from reports.actions.export_runs import export_runs
from reports.actions.export_training import export_training
from reports.records.copies import CopyForm, HandedOut
from sop.queries.procedures import procedure_codes
from web.attribution import attributed
from web.forms.records import RunsForm
from web.forms.reports import BUNDLE, DossierForm, TrainingForm
from web.http import Request
from web.record_copies import file_answer, period_of
from web.report_pages import copy_file, end_of, reports_context, training_file
from web.signing import Attempt, attempt


@require_safe
def index(request: Request) -> HttpResponse:
    """Offer a copy of a therapy's record, and show the register of exports."""
    form = DossierForm(initial={"coi": request.GET.get("coi", ""), "form": BUNDLE})
    return render(request, "reports/index.html", reports_context(request, form, Attempt()))


@require_POST
def dossier(request: Request) -> HttpResponse:
    """Hand out a complete copy of one therapy's record, and enter it in the register."""
    form = DossierForm(request.POST)
    made = []
    tried = attempt(
        form,
        lambda: made.append(
            export_dossier(
                coi=form.cleaned_data["coi"],
                by=attributed(request, form.cleaned_data["reason"]),
                at=timezone.now(),
            )
        ),
    )
    if tried.is_done:
        return copy_file(made[0], form.cleaned_data["form"])
    context = reports_context(request, form, tried)
    return render(request, "reports/index.html", context, status=tried.status)


@require_POST
def training(request: Request) -> HttpResponse:
    """Hand out who was trained for which version, and enter the copy in the register."""
    form, at = TrainingForm(request.POST), timezone.now()
    made = []
    tried = attempt(
        form,
        lambda: made.append(
            export_training(
                as_of=end_of(form.cleaned_data["as_of"], at=at),
                form=form.cleaned_data["training_form"],
                zone=ZoneInfo(timezone.get_current_timezone_name()),
                by=attributed(request, form.cleaned_data["training_reason"]),
                at=at,
            )
        ),
    )
    if tried.is_done:
        return training_file(made[0], form.cleaned_data["training_form"])
    context = reports_context(request, DossierForm(initial={"form": BUNDLE}), tried, form)
    return render(request, "reports/index.html", context, status=tried.status)


@require_POST
def runs(request: Request) -> HttpResponse:
    """Hand out the runs of a period, and enter the copy in the register."""
    form, made = RunsForm(request.POST, codes=procedure_codes()), list[HandedOut]()
    tried = attempt(
        form,
        lambda: made.append(
            export_runs(
                period=period_of(form),
                form=CopyForm(form.cleaned_data["runs_form"]),
                by=attributed(request, form.cleaned_data["runs_reason"]),
                at=timezone.now(),
            )
        ),
    )
    if tried.is_done:
        return file_answer(made[0])
    dossier_form = DossierForm(initial={"form": BUNDLE})
    context = reports_context(request, dossier_form, tried, runs=form)
    return render(request, "reports/index.html", context, status=tried.status)
