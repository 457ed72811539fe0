"""Badges and keys: issued, tested, ended and replaced; each is one signed sheet."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.carrying import KEEPERS
from web import badges as pages
from web.configuring.gate import insist_on
from web.configuring.setups import answer_set_up
from web.http import Request

_either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def index(request: Request) -> HttpResponse:
    """List badges and keys; what is due for a test comes first."""
    context = pages.index_context(request.user, timezone.now())
    return render(request, "badges/index.html", context)


@_either
def issue(request: Request) -> HttpResponse:
    """Hand one over."""
    return answer_set_up(request, pages.issuing(request.POST or None, timezone.now()))


@_either
def check(request: Request, badge_id: int) -> HttpResponse:
    """Record a function and tamper test."""
    insist_on(request.user, *KEEPERS)
    row = pages.badge_for(request.user, badge_id)
    return answer_set_up(request, pages.checking(request.POST or None, row, timezone.now()))


@_either
def end(request: Request, badge_id: int) -> HttpResponse:
    """Report one lost, stolen or returned."""
    row = pages.badge_for(request.user, badge_id)
    return answer_set_up(request, pages.ending(request.POST or None, row, timezone.now()))


@_either
def replace(request: Request, badge_id: int) -> HttpResponse:
    """Replace one, by two people."""
    insist_on(request.user, *KEEPERS)
    row = pages.badge_for(request.user, badge_id)
    return answer_set_up(request, pages.replacing(request.POST or None, row, timezone.now()))
