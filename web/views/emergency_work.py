"""Work without the procedure in an emergency: listed, begun and ended."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sop.emergency_work import BEGINS, ENDS
from sop.queries.emergency_work import find_emergency_work
from web import emergency_work as pages
from web.configuring.gate import insist_on
from web.configuring.setups import answer_set_up
from web.http import Request

_either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def index(request: Request) -> HttpResponse:
    """List emergency work at the person's sites."""
    context = pages.index_context(request.user, timezone.now())
    return render(request, "emergency_work/index.html", context)


@_either
def begin(request: Request) -> HttpResponse:
    """Begin emergency work."""
    insist_on(request.user, *BEGINS)
    return answer_set_up(request, pages.beginning(request.POST or None, request.user))


@_either
def end(request: Request, work_id: int) -> HttpResponse:
    """End emergency work."""
    insist_on(request.user, *ENDS)
    row = find_emergency_work(work_id, seen_by=request.user)
    return answer_set_up(request, pages.ending(request.POST or None, row))
