"""The rules of access on screen."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from web.configuring import access
from web.configuring.gate import READERS, insist_on, is_administrator
from web.configuring.setups import answer_set_up
from web.http import Request


@require_safe
def rules(request: Request) -> HttpResponse:
    """Show what the site demands of passwords and sessions, and what it demanded before."""
    insist_on(request.user, *READERS)
    context = {
        "limits": access.in_force(),
        "versions": access.versions(),
        "may_change": is_administrator(request.user),
        "title": "Rules of access",
        "set_url": "configure:set_access",
    }
    return render(request, "configure/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def set_rules(request: Request) -> HttpResponse:
    """Put other rules of access in force."""
    return answer_set_up(request, access.setting_limits(request.POST or None))
