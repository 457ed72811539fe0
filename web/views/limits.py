"""Limits of temperature on screen."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from web.configuring import limits as configuring
from web.configuring.gate import READERS, insist_on
from web.configuring.setups import answer_set_up
from web.http import Request

_either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def limits(request: Request) -> HttpResponse:
    """Show the profiles with the limits in force."""
    insist_on(request.user, *READERS)
    unit = request.GET.get("unit", "")
    context = configuring.list_context(request.user, unit=unit, at=timezone.now())
    return render(request, "configure/limits.html", context)


@require_safe
def limit_profile(request: Request, profile_id: int) -> HttpResponse:
    """Show one profile: each version beside the one before it."""
    insist_on(request.user, *READERS)
    context = configuring.profile_context(request.user, profile_id, at=timezone.now())
    return render(request, "configure/limit_profile.html", context)


@_either
def add_limit_profile(request: Request) -> HttpResponse:
    """Add a profile."""
    return answer_set_up(request, configuring.adding(request.POST or None, request.user))


@_either
def set_profile_limits(request: Request, profile_id: int) -> HttpResponse:
    """Set the next version of a profile's limits."""
    setup = configuring.setting(
        request.POST or None,
        request.user,
        profile_id,
        low=request.GET.get("low", ""),
        at=timezone.now(),
    )
    return answer_set_up(request, setup)
