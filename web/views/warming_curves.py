"""Warming curves on screen."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Role
from web.configuring import warming_curves as pages
from web.configuring.gate import READERS, insist_on
from web.configuring.setups import answer_set_up
from web.http import Request


@require_safe
def warming_curves(request: Request) -> HttpResponse:
    """Show by which curves the temperature of vials that are out is estimated."""
    insist_on(request.user, *READERS)
    may_set = Role.QA in request.user.role_names()
    context = {"rows": pages.rows(), "may_set": may_set}
    return render(request, "configure/warming_curves.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def set_warming_curve(request: Request) -> HttpResponse:
    """Put a warming curve, or another version of one, in force."""
    known = pages.known(request.GET.get("curve", ""))
    return answer_set_up(request, pages.setting(request.POST or None, known))
