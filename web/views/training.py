"""Training: read and signed, assessed in practice, and who is trained for what."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Role
from sop.actions.sign_read_understood import sign_read_understood
from sop.training import ASSESSORS, MAY_READ
from web import training_pages as pages
from web import training_sheets as sheets
from web.audit_pages import file_stem
from web.configuring.gate import insist_on
from web.configuring.setups import answer_set_up
from web.csv_answers import csv_answer
from web.forms.signing import SigningForm
from web.gates import insist_on_role
from web.http import Request
from web.sheets import answer_sheet
from web.signing import attempt, prove
from web.training_lines import HEADS, csv_rows

_either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def index(request: Request) -> HttpResponse:
    """Show one's own training first, then the matrix to whoever watches over it."""
    form, at = pages.matrix_form(request), timezone.now()
    if request.GET.get("format") == "csv" and pages.watches(request.user):
        rows = csv_rows(pages.shown_matrix(request, form, at=at))
        return csv_answer(file_stem("training"), HEADS, rows)
    return render(request, "training/index.html", pages.index_context(request, form, at=at))


@require_safe
def person(request: Request, person_id: int) -> HttpResponse:
    """Show the training of one person, with every signature."""
    if person_id != request.user.pk:
        insist_on_role(request, pages.WATCHERS)
    found, row = pages.person_or_404(person_id, seen_by=request.user, at=timezone.now())
    context = pages.person_context(found, row, by=request.user)
    return render(request, "training/person.html", context)


@require_safe
def demand(request: Request, version_id: int) -> HttpResponse:
    """Show what a version will require of whom, before somebody approves it."""
    insist_on_role(request, pages.WATCHERS)
    context = pages.demand_context(version_id, seen_by=request.user, at=timezone.now())
    return render(request, "training/demand.html", context)


@_either
def read(request: Request, version_id: int) -> HttpResponse:
    """Show a version to be read, and take the signature that it was."""
    insist_on(request.user, *MAY_READ)
    at = timezone.now()
    version = pages.version_or_404(version_id, reader=request.user, at=at)
    already = pages.read_by(request.user, version)
    if already is not None and request.method != "POST":
        return render(request, "training/version.html", pages.version_context(version, already))
    form = SigningForm(request.POST or None)

    def act() -> None:
        sign_read_understood(version_id=version_id, intent=prove(request, form, sheets.READ), at=at)

    tried = attempt(form, act)
    if tried.is_done:
        return redirect("training:index")
    sheet = sheets.reading_sheet(version)
    return answer_sheet(
        request, sheet, form, tried, signs=sheets.READ, template="training/read.html"
    )


@_either
def assess(request: Request, person_id: int, version_id: int) -> HttpResponse:
    """Assess somebody in practice."""
    insist_on(request.user, *ASSESSORS)
    at = timezone.now()
    found, _ = pages.person_or_404(person_id, seen_by=request.user, at=at)
    version = pages.version_or_404(version_id, reader=request.user, at=at)
    return answer_set_up(request, sheets.assessing(request.POST or None, version, found, at))


@_either
def end(request: Request, assessment_id: int) -> HttpResponse:
    """Take an assessment back."""
    insist_on(request.user, Role.QA)
    at = timezone.now()
    row = pages.assessment_or_404(assessment_id, seen_by=request.user, at=at)
    return answer_set_up(request, sheets.ending(request.POST or None, row, at))
