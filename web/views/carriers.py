"""Carriers on screen."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Role
from web.configuring import carriers as pages
from web.configuring.gate import READERS, insist_on
from web.configuring.setups import answer_set_up
from web.http import Request


@require_safe
def carriers(request: Request) -> HttpResponse:
    """Show what vials may be carried in, and for how long each keeps cold."""
    insist_on(request.user, *READERS)
    may_set = Role.QA in request.user.role_names()
    return render(request, "configure/carriers.html", {"rows": pages.rows(), "may_set": may_set})


@require_http_methods(["GET", "HEAD", "POST"])
def set_carrier(request: Request) -> HttpResponse:
    """Put a carrier, or another version of it, in force."""
    return answer_set_up(request, pages.setting(request.POST or None))
