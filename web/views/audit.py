"""The audit trail: every change, what was refused, and whether the trail itself is whole."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions.close_trail_check import close_trail_check
from audit.queries.changes import find_change
from audit.queries.checks import find_check
from custody.queries.trail import hidden_from
from reports.actions.export_trail import ExportedTrail, export_trail
from reports.trail.forms import CopyForm
from web import access_log, audit_checks
from web import audit_pages as pages
from web import audit_search as search
from web.attribution import attributed
from web.csv_answers import csv_answer
from web.forms.audit import AccessForm, TrailCopyForm, TrailForm
from web.forms.signing import SigningForm
from web.gates import AUDIT_READERS, insist_on_role
from web.http import Request
from web.sheets import answer_sheet
from web.signing import PERFORMED, attempt, prove


@require_safe
def index(request: Request) -> HttpResponse:
    """List the changes, newest first, as the filters ask."""
    insist_on_role(request, AUDIT_READERS)
    form = TrailForm(request.GET)
    but_not = hidden_from(request.user)
    page = search.trail_page(request, form, but_not)
    if request.GET.get("format") == "csv":
        rows = pages.trail_rows(page.rows)
        return csv_answer(pages.file_stem("audit-trail"), pages.TRAIL_HEADS, rows)
    return render(request, "audit/index.html", search.trail_context(request, form, page, but_not))


@require_POST
def export(request: Request) -> HttpResponse | StreamingHttpResponse:
    """Hand out every entry that the filters ask for, and enter the copy in the register."""
    insist_on_role(request, AUDIT_READERS)
    form, copy_form = TrailForm(request.GET), TrailCopyForm(request.POST)
    made: list[ExportedTrail] = []
    tried = attempt(
        copy_form,
        lambda: made.append(
            export_trail(
                matching=search.filter_of(request, form),
                said=search.said_in_words(form),
                form=CopyForm(copy_form.cleaned_data["form"]),
                zone=ZoneInfo(timezone.get_current_timezone_name()),
                by=attributed(request, copy_form.cleaned_data["reason_to_copy"]),
                at=timezone.now(),
            )
        ),
    )
    if tried.is_done:
        return search.trail_file(made[0], CopyForm(copy_form.cleaned_data["form"]))
    return search.answer_untaken_copy(request, form, copy_form, tried)


@require_safe
def change(request: Request, change_id: int) -> HttpResponse:
    """Show one change: old beside new, the ledger events, the signatures."""
    insist_on_role(request, AUDIT_READERS)
    entry = find_change(change_id, but_not=hidden_from(request.user))
    return render(request, "audit/change.html", pages.change_context(request, entry))


@require_safe
def refused(request: Request) -> HttpResponse:
    """List the attempts that were refused, newest first."""
    insist_on_role(request, AUDIT_READERS)
    form = TrailForm(request.GET)
    page = search.refused_page(request, form)
    if request.GET.get("format") == "csv":
        rows = pages.refused_rows(page.rows)
        return csv_answer(pages.file_stem("refused-attempts"), pages.REFUSED_HEADS, rows)
    return render(request, "audit/refused.html", search.refused_context(request, form, page))


@require_safe
def access(request: Request) -> HttpResponse:
    """List who came, went, failed and was locked out, newest first."""
    insist_on_role(request, AUDIT_READERS)
    form = AccessForm(request.GET)
    page = access_log.access_page(request, form)
    if request.GET.get("format") == "csv":
        rows = access_log.access_rows(page.rows)
        return csv_answer(pages.file_stem("access-log"), access_log.HEADS, rows)
    return render(request, "audit/access.html", access_log.access_context(request, form, page))


@require_safe
def checks(request: Request) -> HttpResponse:
    """List the checks of the trail, newest first, and the newest seals."""
    insist_on_role(request, AUDIT_READERS)
    return render(request, "audit/checks.html", audit_checks.checks_context(request))


@require_safe
def check(request: Request, check_id: int) -> HttpResponse:
    """Show one check: what was recomputed, and what did not verify."""
    insist_on_role(request, AUDIT_READERS)
    entry = find_check(check_id)
    return render(request, "audit/check.html", audit_checks.check_context(request, entry))


@require_http_methods(["GET", "HEAD", "POST"])
def close_check(request: Request, check_id: int) -> HttpResponse:
    """Close what a check found; quality signs what came of the investigation."""
    insist_on_role(request, AUDIT_READERS)
    entry = find_check(check_id)
    if not entry.is_open:
        return redirect("audit:check", check_id)
    form = SigningForm(request.POST or None)
    tried = attempt(
        form,
        lambda: close_trail_check(check_id=check_id, intent=prove(request, form, PERFORMED)),
    )
    if tried.is_done:
        messages.success(request, "The break is closed.")
        return redirect("audit:check", check_id)
    return answer_sheet(request, audit_checks.closing_sheet(entry), form, tried, signs=PERFORMED)
