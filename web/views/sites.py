"""Where somebody works now: a choice between the sites that are open to them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from web.http import Request
from web.presenters import Crumb
from web.sites import current_site, sites_open_to, work_at


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: Request) -> HttpResponse:
    """Show the sites open to this person, or keep the one they chose for this session."""
    sites = sites_open_to(request.user)
    if request.method == "POST":
        chosen = next((site for site in sites if str(site.id) == request.POST.get("site")), None)
        if chosen is None:
            raise Http404
        work_at(request, chosen)
        messages.success(request, f"You work at {chosen.name}; times are in {chosen.time_zone}.")
        return redirect("/")
    context = {
        "sites": sites,
        "current": current_site(request),
        "crumbs": (Crumb(label="Dashboard", url="/"), Crumb(label="Site")),
    }
    return render(request, "sites/choose.html", context)
