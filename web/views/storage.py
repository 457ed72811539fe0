"""Storage: the units of each site, and any container: now, its moves, and in the past."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sop.action import Action
from sop.authority import may
from web.forms.storage import PastForm
from web.http import Request
from web.links import with_query
from web.storage.lookup import container_or_404
from web.storage.pages import container_page, moves_page, past_page, site_panels


@require_safe
def index(request: Request) -> HttpResponse:
    """Show the sites open to this person with their units."""
    context = {
        "panels": site_panels(request.user),
        "puts_away": may(request.user, Action.PLACE_VIALS),
    }
    return render(request, "storage/index.html", context)


@require_safe
def container(request: Request, container_id: int) -> HttpResponse:
    """Show one container: its map and what stands in it, now or at the instant asked for."""
    found = container_or_404(request.user, container_id)
    if request.GET.get("at"):
        path = f"{request.path}past/"
        return redirect(with_query(path, at=request.GET["at"]))
    page = container_page(found, person=request.user, at=timezone.now())
    return render(request, "storage/container.html", {"page": page})


@require_safe
def moves(request: Request, container_id: int) -> HttpResponse:
    """Show what went in and out of a container, and where it stood."""
    found = container_or_404(request.user, container_id)
    page = moves_page(found, person=request.user)
    return render(request, "storage/moves.html", {"page": page})


@require_safe
def past(request: Request, container_id: int) -> HttpResponse:
    """Show what stood in a container at an instant in the past."""
    found = container_or_404(request.user, container_id)
    form = PastForm(request.GET or None)
    at = form.cleaned_data["at"] if form.is_valid() else None
    page = past_page(found, person=request.user, at=at)
    status = 422 if form.errors else 200
    return render(request, "storage/past.html", {"page": page, "form": form}, status=status)
