"""Excursions and times without evidence: the list, one of them, deciding what it means."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from custody.actions import evaluate_excursion as evaluating
from custody.queries.excursions import Kind, excursion_page, find_excursion
from temperature.models import Excursion, Gap
from web import excursion_pages as pages
from web.forms.excursions import EvaluationForm
from web.gates import QUALITY_ONLY, insist_on_role
from web.http import Request
from web.navigation import REVIEWERS
from web.sheets import answer_sheet
from web.signing import attempt, prove


@require_safe
def excursions(request: Request) -> HttpResponse:
    """List what was too warm or not measured, undecided first."""
    insist_on_role(request, REVIEWERS)
    context = pages.list_context(request, at=timezone.now())
    return render(request, "quality/excursions.html", context)


@require_safe
def excursion(request: Request, excursion_id: int) -> HttpResponse:
    """Show an excursion: how long, how warm, which vials, what was decided."""
    return _page(request, Excursion, excursion_id)


@require_safe
def gap(request: Request, gap_id: int) -> HttpResponse:
    """Show a time without evidence: how long, why, which vials, what was decided."""
    return _page(request, Gap, gap_id)


def _page(request: Request, of: Kind, key: int) -> HttpResponse:
    insist_on_role(request, REVIEWERS)
    subject = find_excursion(of, key, seen_by=request.user)
    context = pages.page_context(request, subject, at=timezone.now())
    return render(request, "quality/excursion.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def evaluate_excursion(request: Request, excursion_id: int, product_id: int) -> HttpResponse:
    """Decide what an excursion means for one product."""
    return _evaluate(request, Excursion, excursion_id, product_id)


@require_http_methods(["GET", "HEAD", "POST"])
def evaluate_gap(request: Request, gap_id: int, product_id: int) -> HttpResponse:
    """Decide what a time without evidence means for one product."""
    return _evaluate(request, Gap, gap_id, product_id)


def _evaluate(request: Request, of: Kind, key: int, product_id: int) -> HttpResponse:
    insist_on_role(request, QUALITY_ONLY)
    page = excursion_page(find_excursion(of, key, seen_by=request.user), seen_by=request.user)
    product = page.product(product_id)
    form = EvaluationForm(request.POST or None)
    tried = attempt(
        form,
        lambda: evaluating.evaluate_excursion(
            of=of,
            key=key,
            decision=_decision(form, product_id),
            intent=prove(request, form, pages.SIGNS),
            at=timezone.now(),
        ),
    )
    if tried.is_done:
        messages.success(request, f"The evaluation for {product.code} is signed.")
        return redirect(f"quality:{page.kind}", key)
    sheet = pages.evaluation_sheet(page, product)
    return answer_sheet(request, sheet, form, tried, signs=pages.SIGNS)


def _decision(form: EvaluationForm, product_id: int) -> evaluating.Decision:
    said = form.cleaned_data
    return evaluating.Decision(
        product_id=product_id,
        has_impact=said["decision"] == "impact",
        comparison=said["comparison"],
        reasoning=said["reasoning"],
        tells_physician=said["tells_physician"],
    )
