"""The request as the middleware leaves it: with the signed-in person and htmx's headers."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Person


class Request(HttpRequest):
    """A request of a signed-in person; for annotations of views only."""

    user: Person
    htmx: HtmxDetails


def is_htmx(request: HttpRequest) -> bool:
    """Say whether htmx asked, and so wants a fragment."""
    return request.headers.get("HX-Request") == "true"
