"""The request as the middleware leaves it: with the signed-in person and htmx's headers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts.models import Person


class Request(HttpRequest):
    """A request of a signed-in person; for annotations of views only."""

    user: Person
    htmx: HtmxDetails


def own_url(request: HttpRequest, url: str) -> str:
    """Return an address to go on to when it is one of ours, else that of the first page."""
    is_ours = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if is_ours else "/"


def is_htmx(request: HttpRequest) -> bool:
    """Say whether htmx asked, and so wants a fragment."""
    return request.headers.get("HX-Request") == "true"


def go_on(request: HttpRequest, url: str) -> HttpResponse:
    """Lead to another page of ours, whether a page or a fragment was asked for."""
    return HttpResponseClientRedirect(url) if is_htmx(request) else redirect(url)
