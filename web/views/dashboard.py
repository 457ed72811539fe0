"""The first page after signing in: what needs me."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from web.dashboard_pages import dashboard_of
from web.http import Request


@require_safe
def dashboard(request: Request) -> HttpResponse:
    """Show what needs this person now, by their roles and within their programs."""
    at = timezone.now()
    page = dashboard_of(request.user, at=at, lists_all="all" in request.GET)
    return render(request, "dashboard/dashboard.html", {"page": page, "now": at})
