"""The register of measuring instruments."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Role
from web.configuring import instruments
from web.configuring.gate import READERS, insist_on
from web.configuring.setups import answer_set_up
from web.http import Request

_either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def register(request: Request) -> HttpResponse:
    """List the instruments, what is overdue first."""
    insist_on(request.user, *READERS)
    context = {
        "instruments": instruments.register(request.user, at=timezone.now()),
        "may_change": Role.QA in request.user.role_names(),
    }
    return render(request, "configure/instruments.html", context)


@require_safe
def instrument(request: Request, instrument_id: int) -> HttpResponse:
    """Show one instrument with all its calibrations."""
    insist_on(request.user, *READERS)
    found = instruments.instrument_or_404(request.user, instrument_id, at=timezone.now())
    roles = request.user.role_names()
    context = {"may_change": Role.QA in roles, **instruments.context_of(found)}
    return render(request, "configure/instrument.html", context)


@_either
def add(request: Request) -> HttpResponse:
    """Add an instrument."""
    return answer_set_up(request, instruments.adding(request.POST or None, request.user))


@_either
def calibrate(request: Request, instrument_id: int) -> HttpResponse:
    """Record a calibration."""
    at = timezone.now()
    insist_on(request.user, Role.QA)
    found = instruments.instrument_or_404(request.user, instrument_id, at=at)
    return answer_set_up(request, instruments.calibrating(request.POST or None, found, at=at))


@_either
def take_out(request: Request, instrument_id: int) -> HttpResponse:
    """Take an instrument out of use."""
    at = timezone.now()
    insist_on(request.user, Role.QA)
    found = instruments.instrument_or_404(request.user, instrument_id, at=at)
    return answer_set_up(request, instruments.taking_out(request.POST or None, found, at=at))
