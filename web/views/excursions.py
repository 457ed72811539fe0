"""Excursions and times without evidence: the list, one of them, deciding what it means."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from custody.actions import evaluate_excursion as evaluating
from custody.queries.excursion_events import event_of
from custody.queries.excursions import Kind, find_excursion, kind_of
from temperature.models import Excursion, Gap
from web import excursion_pages as pages
from web.forms.excursions import EvaluationForm
from web.gates import QUALITY_ONLY, insist_on_role
from web.http import Request
from web.navigation import REVIEWERS
from web.sheets import answer_sheet
from web.signing import attempt, prove
from web.sites import show_times_of


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


def _subject(request: Request, of: Kind, key: int) -> Excursion | Gap:
    """Return it, and show times by the clock of its site."""
    subject = find_excursion(of, key, seen_by=request.user)
    show_times_of(subject.unit.site)
    return subject


def _page(request: Request, of: Kind, key: int) -> HttpResponse:
    insist_on_role(request, REVIEWERS)
    subject = _subject(request, of, key)
    context = pages.page_context(request, subject, at=timezone.now())
    return render(request, "quality/excursion.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def evaluate_excursion(request: Request, excursion_id: int) -> HttpResponse:
    """Decide what an excursion, and what belongs to it, means for each product."""
    return _evaluate(request, Excursion, excursion_id)


@require_http_methods(["GET", "HEAD", "POST"])
def evaluate_gap(request: Request, gap_id: int) -> HttpResponse:
    """Decide what a time without evidence, and what belongs to it, means for each product."""
    return _evaluate(request, Gap, gap_id)


def _evaluate(request: Request, of: Kind, key: int) -> HttpResponse:
    insist_on_role(request, QUALITY_ONLY)
    event = event_of(_subject(request, of, key), seen_by=request.user)
    form = EvaluationForm(request.POST or None, event=event)
    tried = attempt(
        form,
        lambda: evaluating.evaluate_excursion(
            of=of,
            decisions=form.decisions(),
            intent=prove(request, form, pages.SIGNS),
            at=timezone.now(),
        ),
    )
    if tried.is_done:
        messages.success(request, pages.done_words(len(form.decisions())))
        return redirect(f"quality:{kind_of(event.asked)}", key)
    sheet, template = pages.evaluation_sheet(event), "quality/evaluate.html"
    return answer_sheet(request, sheet, form, tried, signs=pages.SIGNS, template=template)
