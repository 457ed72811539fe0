"""Putting vials away by scanning: one field, one answer to each scan."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from web.attribution import attributed
from web.forms.put_away import StepForm
from web.gates import insist_on_a_doer
from web.http import Request, is_htmx
from web.put_away.memory import Memory
from web.put_away.placing import BY_SCAN, Putting
from web.put_away.screen import scan_field, screen_of
from web.put_away.steps import answer


@require_http_methods(["GET", "HEAD", "POST"])
def put_away(request: Request) -> HttpResponse:
    """Show the put-away, or answer one scan or one button of it."""
    insist_on_a_doer(request)
    putting = Putting(
        memory=Memory.of(request),
        actor=request.user,
        attribution=attributed(request, BY_SCAN),
        at=timezone.now(),
    )
    outcome = answer(putting, StepForm(request.POST or None))
    outcome.memory.keep(request)
    context = {
        "field": scan_field(),
        "outcome": outcome,
        "screen": screen_of(replace(putting, memory=outcome.memory)),
    }
    template = "put_away/put_away.html#result" if is_htmx(request) else "put_away/put_away.html"
    return render(request, template, context, status=outcome.status)
