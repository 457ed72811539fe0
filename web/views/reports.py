"""Reports: complete copies of records, and the register of what was handed out."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from reports.actions.export_dossier import export_dossier
from web.attribution import attributed
from web.forms.reports import BUNDLE, DossierForm
from web.http import Request
from web.report_pages import copy_file, reports_context
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
