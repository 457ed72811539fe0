"""Reviews of readings and alarms: what is due, the sheet that is signed, what was reviewed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from temperature.actions.review_temperature import REVIEWS, review_temperature
from temperature.queries.review_scope import seen_of
from web.audit_pages import file_stem
from web.configuring.gate import insist_on
from web.configuring.setups import answer_set_up
from web.csv_answers import csv_answer
from web.forms.temperature_reviews import ScopeForm, TemperatureReviewForm
from web.http import Request
from web.sheets import answer_sheet
from web.signing import attempt, prove
from web.temperature import reviews as pages

_either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def reviews(request: Request) -> HttpResponse:
    """Show what is due, then what was reviewed; what is due as CSV when that is asked for."""
    rows = pages.due_rows(request.user, at=timezone.now())
    if request.GET.get("format") == "csv":
        stem = file_stem("temperature-reviews-due")
        return csv_answer(stem, pages.DUE_HEADS, pages.due_cells(rows))
    return render(request, "temperature/reviews.html", pages.list_context(request, rows))


@require_safe
def review(request: Request, temperature_review_id: int) -> HttpResponse:
    """Show the evidence of one review: what was seen, what was found, who signed, what changed."""
    line = pages.review_or_404(request.user, temperature_review_id)
    return render(request, "temperature/review.html", pages.review_context(line))


def _choose(request: Request, scope: ScopeForm) -> HttpResponse:
    context = {"form": scope, "crumbs": pages.crumbs("Choose")}
    return render(request, "temperature/choose_review.html", context)


@_either
def new_review(request: Request) -> HttpResponse:
    """Ask what is reviewed, show what is in scope; with a signature, record the review."""
    insist_on(request.user, *REVIEWS)
    scope = pages.scope_form(request, request.GET or None)
    if not scope.is_valid():
        return _choose(request, scope)
    asked = pages.asked_at_its_site(scope)
    form = TemperatureReviewForm(request.POST or None)
    tried = attempt(
        form,
        lambda: review_temperature(
            asked=asked,
            digest_shown=form.cleaned_data["digest"],
            findings=form.cleaned_data["findings"],
            intent=prove(request, form, pages.REVIEWED_AS),
            at=timezone.now(),
        ),
    )
    if tried.is_done:
        messages.success(request, "The review is signed.")
        return redirect("temperature:reviews")
    sheet = pages.review_sheet(asked, seen_of(asked), person=request.user)
    template = "temperature/new_review.html"
    return answer_sheet(request, sheet, form, tried, signs=pages.REVIEWED_AS, template=template)


@_either
def set_review_rules(request: Request) -> HttpResponse:
    """Set how often reviews are due."""
    return answer_set_up(request, pages.rules_set(request.POST or None))
