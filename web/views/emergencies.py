"""Emergency access: asked for, approved by two, ended, and reviewed; each is one signed sheet."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.emergencies import APPROVERS, REVIEWERS
from web import emergencies as pages
from web.configuring.gate import insist_on
from web.configuring.setups import answer_set_up
from web.http import Request

_either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def index(request: Request) -> HttpResponse:
    """List emergency access."""
    context = pages.index_context(request.user, timezone.now())
    return render(request, "emergency/index.html", context)


@_either
def ask(request: Request) -> HttpResponse:
    """Ask for emergency access."""
    return answer_set_up(request, pages.asking(request.POST or None, timezone.now()))


@require_safe
def detail(request: Request, emergency_id: int) -> HttpResponse:
    """Show one, with every change that was made under it."""
    card = pages.card_for(request.user, emergency_id, timezone.now())
    return render(request, "emergency/detail.html", pages.detail_context(request.user, card))


@_either
def approve(request: Request, emergency_id: int) -> HttpResponse:
    """Approve as one of two."""
    return _approve(request, emergency_id, both=False)


@_either
def approve_both(request: Request, emergency_id: int) -> HttpResponse:
    """Approve as two, on one screen."""
    return _approve(request, emergency_id, both=True)


def _approve(request: Request, emergency_id: int, *, both: bool) -> HttpResponse:
    insist_on(request.user, *APPROVERS)
    at = timezone.now()
    card = pages.card_for(request.user, emergency_id, at)
    setup = pages.approving(request.POST or None, card, at, both=both)
    return answer_set_up(request, setup)


@_either
def end(request: Request, emergency_id: int) -> HttpResponse:
    """End it before its time."""
    at = timezone.now()
    card = pages.card_for(request.user, emergency_id, at)
    return answer_set_up(request, pages.ending(request.POST or None, card, at))


@_either
def review(request: Request, emergency_id: int) -> HttpResponse:
    """Review what was done under it."""
    insist_on(request.user, *REVIEWERS)
    at = timezone.now()
    card = pages.card_for(request.user, emergency_id, at)
    return answer_set_up(request, pages.reviewing(request.POST or None, card, at))
