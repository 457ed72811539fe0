"""The register of probes on screen."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from web.configuring import probes as configuring
from web.configuring.gate import READERS, insist_on
from web.configuring.setups import answer_set_up
from web.http import Request

_either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def probes(request: Request) -> HttpResponse:
    """Show the probes: what is overdue first."""
    insist_on(request.user, *READERS)
    context = configuring.list_context(request, at=timezone.now())
    return render(request, "configure/probes.html", context)


@require_safe
def probe(request: Request, probe_id: int) -> HttpResponse:
    """Show one probe: where it sat, how it was calibrated."""
    insist_on(request.user, *READERS)
    context = configuring.page_context(request, probe_id, at=timezone.now())
    return render(request, "configure/probe.html", context)


@_either
def register_probe(request: Request) -> HttpResponse:
    """Register a probe."""
    return answer_set_up(request, configuring.registering(request.POST or None, request.user))


@_either
def change_probe(request: Request, probe_id: int) -> HttpResponse:
    """Change how a probe reads."""
    given = (request.POST or None, request.user, probe_id, timezone.now())
    return answer_set_up(request, configuring.changing(*given))


@_either
def retire_probe(request: Request, probe_id: int) -> HttpResponse:
    """Retire a probe."""
    given = (request.POST or None, request.user, probe_id, timezone.now())
    return answer_set_up(request, configuring.retiring(*given))


@_either
def fit_probe(request: Request, probe_id: int) -> HttpResponse:
    """Fit a probe to a unit."""
    given = (request.POST or None, request.user, probe_id, timezone.now())
    return answer_set_up(request, configuring.fitting(*given))


@_either
def remove_probe(request: Request, probe_id: int) -> HttpResponse:
    """Remove a probe from its unit."""
    given = (request.POST or None, request.user, probe_id, timezone.now())
    return answer_set_up(request, configuring.removing(*given))


@_either
def calibrate_probe(request: Request, probe_id: int) -> HttpResponse:
    """Record a calibration of a probe."""
    given = (request.POST or None, request.user, probe_id, timezone.now())
    return answer_set_up(request, configuring.calibrating(*given))
