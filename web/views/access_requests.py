"""Requests for access: who asked for what, and deciding on it by signature."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.asking import APPROVERS
from accounts.queries.requests import find_request
from web.configuring import requests as pages
from web.configuring.gate import insist_on
from web.configuring.setups import answer_set_up
from web.http import Request

_either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def requests(request: Request) -> HttpResponse:
    """List the requests, newest first."""
    insist_on(request.user, *APPROVERS)
    return render(request, "configure/requests.html", pages.requests_context(request))


@_either
def approve(request: Request, request_id: int) -> HttpResponse:
    """Approve a request."""
    insist_on(request.user, *APPROVERS)
    return answer_set_up(request, pages.approving(request.POST or None, find_request(request_id)))


@_either
def reject(request: Request, request_id: int) -> HttpResponse:
    """Reject a request."""
    insist_on(request.user, *APPROVERS)
    return answer_set_up(request, pages.rejecting(request.POST or None, find_request(request_id)))
