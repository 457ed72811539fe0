"""The style guide: each component in each state; only in development and the demo."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audit.errors import Refusal
from web.http import is_htmx
from web.presenters import Accepted, ScanField
from web.style_samples import COI, sample_context


def _only_where_developed() -> None:
    if not (settings.DEBUG or settings.DEMO):
        raise Http404


@login_not_required
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    _only_where_developed()
    return render(request, "styleguide/styleguide.html", sample_context())


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """Let somebody try the scan field: codes that end in X are refused."""
    _only_where_developed()
    code = request.POST.get("code", "")
    refusals = []
    if code.upper().endswith("X"):
        refusals = [Refusal("OTHER_PATIENT", "This vial is another patient’s: put it back now.")]
    field = ScanField(
        url=reverse("styleguide:scan"),
        label="Scan a vial",
        target="#scan-result",
        hint="Any code will do; one that ends in X is refused.",
    )
    accepted = Accepted(words="Stored in A4:", code=code) if code and not refusals else None
    context = {
        "field": field,
        "code": code,
        "expected": COI,
        "refusals": refusals,
        "accepted": accepted,
    }
    template = "styleguide/scan.html#result" if is_htmx(request) else "styleguide/scan.html"
    return render(request, template, context, status=409 if refusals else 200)
