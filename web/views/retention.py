"""How long records are kept, what is due, and what a legal hold keeps."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Role
from custody.queries.retention import find_legal_hold, months_in_force
from inventory.actions.place_legal_hold import place_legal_hold
from inventory.actions.release_legal_hold import release_legal_hold
from inventory.actions.set_retention import set_retention
from inventory.rules.retention import PROPOSED
from web import retention_pages as pages
from web.forms.retention import LegalHoldForm, PeriodsForm
from web.forms.signing import SigningForm
from web.gates import insist_on_role
from web.http import Request
from web.navigation import REVIEWERS
from web.sheets import answer_sheet
from web.signing import attempt, prove

_either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def retention(request: Request) -> HttpResponse:
    """Show the periods in force, the records that are due, and the legal holds."""
    insist_on_role(request, REVIEWERS)
    context = pages.retention_context(request, at=timezone.now())
    return render(request, "quality/retention.html", context)


@_either
def set_periods(request: Request) -> HttpResponse:
    """Sign how long records are kept."""
    insist_on_role(request, {Role.QA})
    form = PeriodsForm(request.POST or None, initial=months_in_force() or PROPOSED)
    tried = attempt(
        form,
        lambda: set_retention(months=form.months(), intent=prove(request, form, pages.APPROVED)),
    )
    if tried.is_done:
        messages.success(request, "The periods are in force.")
        return redirect("quality:retention")
    return answer_sheet(request, pages.periods_sheet(), form, tried, signs=pages.APPROVED)


@_either
def hold_record(request: Request) -> HttpResponse:
    """Sign that a record is not to be destroyed."""
    insist_on_role(request, {Role.QA})
    form = LegalHoldForm(request.POST or None)
    tried = attempt(
        form,
        lambda: place_legal_hold(
            subject=form.cleaned_data["subject"],
            intent=prove(request, form, pages.APPROVED),
            at=timezone.now(),
        ),
    )
    if tried.is_done:
        messages.success(request, "The legal hold stands.")
        return redirect("quality:retention")
    return answer_sheet(request, pages.hold_sheet(), form, tried, signs=pages.APPROVED)


@_either
def release_record(request: Request, legal_hold_id: int) -> HttpResponse:
    """Release a legal hold; somebody else than who placed it signs."""
    insist_on_role(request, {Role.QA})
    hold = find_legal_hold(legal_hold_id, seen_by=request.user)
    form = SigningForm(request.POST or None)
    tried = attempt(
        form,
        lambda: release_legal_hold(
            hold_id=hold.id, intent=prove(request, form, pages.APPROVED), at=timezone.now()
        ),
    )
    if tried.is_done:
        messages.success(request, f"The legal hold on {hold.subject} is released.")
        return redirect("quality:retention")
    return answer_sheet(request, pages.release_sheet(hold), form, tried, signs=pages.APPROVED)
