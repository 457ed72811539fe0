"""Which procedure governs what, on screen."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Role
from web.configuring import governance
from web.configuring.gate import READERS, insist_on
from web.configuring.setups import answer_set_up
from web.http import Request


@require_safe
def rules(request: Request) -> HttpResponse:
    """Show what governs each action, what is not governed, and what ended."""
    insist_on(request.user, *READERS)
    context = governance.table_context(request.user, timezone.now())
    return render(request, "configure/procedures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def set_rules(request: Request) -> HttpResponse:
    """Set which procedure governs what."""
    insist_on(request.user, Role.QA)
    chosen = request.GET.get("action", "")
    setup = governance.setting(request.POST or None, request.user, timezone.now(), chosen)
    return answer_set_up(request, setup)
