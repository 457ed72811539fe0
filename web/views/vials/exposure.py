"""The page on a vial's time out of storage, and the sheet on which quality accepts more of it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from custody.actions.accept_exposure import accept_exposure
from custody.queries.facts import facts_of_vial
from web import exposure_pages as pages
from web.forms.exposure import AcceptanceForm
from web.gates import QUALITY_ONLY, insist_on_role
from web.http import Request
from web.sheets import answer_sheet
from web.signing import attempt, prove


@require_safe
def exposure(request: Request, vial_id: int) -> HttpResponse:
    """Show how often and how long a vial was out of storage, and what is left of its budget."""
    at = timezone.now()
    facts = facts_of_vial(vial_id, seen_by=request.user, at=at)
    return render(request, "vials/exposure.html", pages.page_context(request, facts, at=at))


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: Request, vial_id: int) -> HttpResponse:
    """Accept more exposure than the product allows, for this vial and others of its batch."""
    insist_on_role(request, QUALITY_ONLY)
    at = timezone.now()
    facts = facts_of_vial(vial_id, seen_by=request.user, at=at)
    form = AcceptanceForm(
        request.POST or None,
        vials=pages.vials_to_accept(facts, seen_by=request.user),
        initial=pages.proposed(facts, at=at),
    )
    tried = attempt(
        form,
        lambda: accept_exposure(
            vial_ids=form.cleaned_data["vials"],
            allowance=form.allowance(),
            intent=prove(request, form, pages.SIGNS),
            at=timezone.now(),
        ),
    )
    if tried.is_done:
        messages.success(request, "It is accepted, and the verdict follows.")
        return redirect("vials:exposure", vial_id)
    sheet = pages.acceptance_sheet(facts, at=at)
    return answer_sheet(request, sheet, form, tried, signs=pages.SIGNS)
