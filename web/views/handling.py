"""The rules of handling on screen."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Role
from web.configuring import handling
from web.configuring.gate import READERS, insist_on
from web.configuring.setups import answer_set_up
from web.http import Request


@require_safe
def rules(request: Request) -> HttpResponse:
    """Show what is demanded of handling, and what was demanded before."""
    insist_on(request.user, *READERS)
    context = {
        "limits": handling.in_force(),
        "versions": handling.versions(),
        "may_change": Role.QA in request.user.role_names(),
        "title": "Rules of handling",
        "set_url": "configure:set_handling",
    }
    return render(request, "configure/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def set_rules(request: Request) -> HttpResponse:
    """Put other rules of handling in force."""
    return answer_set_up(request, handling.setting_rules(request.POST or None, request.user))
