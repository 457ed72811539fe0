"""Deviations and system incidents: their lists, reporting one, and the page of one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from custody.queries.deviation_page import facts_of, find_deviation
from sop.actions.open_deviation_by_hand import Report, open_deviation_by_hand
from sop.models import Deviation
from web import deviation_lists as lists
from web.attribution import attributed
from web.audit_pages import file_stem
from web.csv_answers import csv_answer
from web.deviation_pages import page_context, vial_codes
from web.forms.deviations import ReportForm
from web.gates import insist_on_role
from web.http import Request
from web.presenters import Crumb
from web.signing import attempt


@require_safe
def deviations(request: Request) -> HttpResponse:
    """List deviations by what needs somebody; as CSV when that is asked for."""
    return _list(request, lists.DEVIATIONS)


@require_safe
def incidents(request: Request) -> HttpResponse:
    """List what the system itself did wrong."""
    return _list(request, lists.INCIDENTS)


def _list(request: Request, what: lists.ListOf) -> HttpResponse:
    at = timezone.now()
    if request.GET.get("format") == "csv":
        rows = lists.csv_rows(request, what, at=at)
        return csv_answer(file_stem(what.title.lower().replace(" ", "-")), lists.HEADS, rows)
    return render(request, "quality/deviations.html", lists.list_context(request, what, at=at))


@require_safe
def deviation(request: Request, deviation_id: int) -> HttpResponse:
    """Show one deviation: how it stands, what is missing, what it touched, who signed."""
    at = timezone.now()
    facts = facts_of(find_deviation(deviation_id, seen_by=request.user), at=at)
    return render(request, "quality/deviation.html", page_context(request, facts, at=at))


@require_http_methods(["GET", "HEAD", "POST"])
def new_deviation(request: Request) -> HttpResponse:
    """Report that work went otherwise, with the vials that it may have touched."""
    return _report(request, lists.DEVIATIONS)


@require_http_methods(["GET", "HEAD", "POST"])
def new_incident(request: Request) -> HttpResponse:
    """Report what the system itself did wrong, or did not do."""
    return _report(request, lists.INCIDENTS)


def _report(request: Request, what: lists.ListOf) -> HttpResponse:
    insist_on_role(request, what.reporters)
    initial = {"vials": "\n".join(vial_codes(request))}
    form = ReportForm(request.POST or None, person=request.user, initial=initial)
    opened: list[Deviation] = []
    tried = attempt(form, lambda: opened.append(_open(request, form, what)))
    if tried.is_done:
        messages.success(request, f"{opened[0].number} is open.")
        return redirect("quality:deviation", opened[0].pk)
    context = {
        "what": what,
        "form": form,
        "refusals": tried.refusals,
        "crumbs": (Crumb(label=what.title, url=reverse(what.name)), Crumb(label=what.new_label)),
    }
    return render(request, "quality/new_deviation.html", context, status=tried.status)


def _open(request: Request, form: ReportForm, what: lists.ListOf) -> Deviation:
    said = form.cleaned_data
    report = Report(
        kind=what.kind,
        title=said["title"],
        what_happened=said["what_happened"],
        containment=said["containment"],
        vial_ids=said["vials"],
        site_id=None if said["site"] is None else said["site"].pk,
        program_id=None if said["program"] is None or said["vials"] else said["program"].pk,
        caused_by_reporter=said["by_me"],
    )
    by = attributed(request, f"Reported: {said['title']}"[:500])
    return open_deviation_by_hand(report=report, attribution=by, at=timezone.now())
