"""Cycle counts: the list, starting one, counting by scan, closing, abandoning, and the result."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from custody.actions.abandon_count import abandon_count
from custody.actions.close_count import close_count
from custody.models import CountStatus
from custody.queries.counts import find_count, result_lines
from web.attribution import attributed
from web.audit_pages import file_stem
from web.counts import pages
from web.counts.scanning import take_scan
from web.counts.starting import Start, begin
from web.csv_answers import csv_answer
from web.forms.counts import AbandonForm, ScanForm, StartForm
from web.forms.signing import SigningForm
from web.http import Request, is_htmx
from web.sheets import answer_sheet
from web.signing import PERFORMED, attempt, prove


@require_safe
def index(request: Request) -> HttpResponse:
    """List the counts; as CSV when that is asked for."""
    if request.GET.get("format") == "csv":
        return csv_answer(file_stem("counts"), pages.LIST_HEADS, pages.csv_of_list(request))
    return render(request, "counts/index.html", pages.list_context(request))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Start a count of the container that is scanned or was chosen."""
    start = Start.asked(request)
    form = StartForm(request.POST or None, initial={"code": start.code})
    tried = attempt(form, lambda: begin(request, form, start))
    if tried.is_done:
        return redirect("counts:count", start.begun[0].pk)
    context = {
        "start": start,
        "form": form,
        "refusals": tried.refusals,
        "crumbs": (pages.LIST, start.crumb),
    }
    return render(request, "counts/new.html", context, status=tried.status)


@require_http_methods(["GET", "HEAD", "POST"])
def count(request: Request, count_id: int) -> HttpResponse:
    """Show a count, or answer one scan of it; what was expected only once it has ended."""
    found = find_count(count_id, seen_by=request.user)
    outcome = take_scan(request, found, ScanForm(request.POST or None))
    if found.status != CountStatus.COUNTING and not outcome.refusals:
        context = pages.result_context(found, request.user)
        return render(request, "counts/result.html", context)
    context = pages.counting_context(found, request.user) | {"outcome": outcome}
    template = "counts/count.html#result" if is_htmx(request) else "counts/count.html"
    return render(request, template, context, status=outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: Request, count_id: int) -> HttpResponse:
    """Close a count, signed by the counter."""
    found = find_count(count_id, seen_by=request.user)
    form = SigningForm(request.POST or None)

    def act() -> object:
        intent = prove(request, form, PERFORMED)
        return close_count(count_id=found.pk, intent=intent, at=timezone.now())

    tried = attempt(form, act)
    if tried.is_done:
        messages.success(request, f"{found} is closed.")
        return redirect("counts:count", found.pk)
    return answer_sheet(request, pages.close_sheet(found), form, tried, signs=PERFORMED)


@require_POST
def abandon(request: Request, count_id: int) -> HttpResponse:
    """End a count without a result, for a reason."""
    found = find_count(count_id, seen_by=request.user)
    form = AbandonForm(request.POST)

    def act() -> object:
        by = attributed(request, form.cleaned_data["reason"])
        return abandon_count(count_id=found.pk, attribution=by, at=timezone.now())

    tried = attempt(form, act)
    if tried.is_done:
        messages.success(request, f"{found} is abandoned. Nothing was changed by it.")
        return redirect("counts:count", found.pk)
    context = {"count": found, "tried": tried}
    return render(request, "counts/not_done.html", context, status=tried.status)


@require_safe
def copy(request: Request, count_id: int) -> HttpResponse:
    """Give the result of a count as CSV; of one that goes on, only its heads."""
    found = find_count(count_id, seen_by=request.user)
    ended = found.status == CountStatus.CLOSED
    lines = result_lines(found, seen_by=request.user) if ended else []
    return csv_answer(file_stem(str(found).lower()), pages.HEADS, pages.csv_rows(lines))
