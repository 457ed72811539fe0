"""Scan or type anything; the page shows what it is and what may be done with it now."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from custody.queries.scanned import look_up
from web.http import Request
from web.scan_pages import ScanPage, scan_page

LONGEST = 600


@require_safe
def scan(request: Request) -> HttpResponse:
    """Show what a code stands for; an htmx request gets only the result."""
    code = request.GET.get("code", "")[:LONGEST]
    at = timezone.now()
    page = ScanPage(code="")
    if code.strip():
        page = scan_page(look_up(code, seen_by=request.user, at=at), request.user, at=at)
    template = "scan/scan.html#result" if request.htmx else "scan/scan.html"
    return render(request, template, {"page": page})
