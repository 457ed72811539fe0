"""Warmth beyond what a product may be that no excursion tells of: its page, and deciding on it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from custody.actions import evaluate_warmth as evaluating
from custody.queries.warm_events import find_warm_unit, warm_events
from web import warmth_pages as pages
from web.excursion_pages import SIGNS, done_words
from web.forms.warmth import WarmthForm
from web.gates import QUALITY_ONLY, insist_on_role
from web.http import Request
from web.navigation import REVIEWERS
from web.sheets import answer_sheet
from web.signing import attempt, prove
from web.sites import show_times_of


@require_safe
def warmth(request: Request, unit_id: int) -> HttpResponse:
    """Show when a unit was warmer than its products may be, and what was decided of that."""
    insist_on_role(request, REVIEWERS)
    unit = find_warm_unit(unit_id, seen_by=request.user)
    show_times_of(unit.site)
    context = pages.page_context(request, unit, at=timezone.now())
    return render(request, "quality/warmth.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def evaluate_warmth(request: Request, unit_id: int) -> HttpResponse:
    """Decide what the warmth of a unit means for each product."""
    insist_on_role(request, QUALITY_ONLY)
    unit = find_warm_unit(unit_id, seen_by=request.user)
    show_times_of(unit.site)
    events = warm_events(seen_by=request.user, at=timezone.now(), unit_id=unit.pk)
    form = WarmthForm(request.POST or None, events=events)
    tried = attempt(
        form,
        lambda: evaluating.evaluate_warmth(
            unit_id=unit_id,
            decisions=form.decisions(),
            intent=prove(request, form, SIGNS),
            at=timezone.now(),
        ),
    )
    if tried.is_done:
        messages.success(request, done_words(len(form.decisions())))
        return redirect("quality:warmth", unit_id)
    sheet, template = pages.evaluation_sheet(unit), "quality/evaluate_warmth.html"
    return answer_sheet(request, sheet, form, tried, signs=SIGNS, template=template)
