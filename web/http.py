"""The request as the middleware leaves it: with the signed-in person and htmx's headers."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
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
