"""Nothing but another password is open to who must change theirs."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import Person
from accounts.passwords import must_change
from web.http import is_htmx

OPEN = (
    *("accounts:password", "accounts:logout", "accounts:unlock", "accounts:session"),
    "accounts:code",
    "preferences:choose",
)


class PasswordGateMiddleware:
    """
    Lead whoever signed in with a temporary or an old password to the choice of another.

    Source: 21 CFR 11.300(b); URS-58, URS-66.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or lead to the page where the password is changed."""
        person = request.user
        is_held = isinstance(person, Person) and must_change(person, at=timezone.now())
        if not is_held or request.path in {reverse(name) for name in OPEN}:
            return self.get_response(request)
        page = reverse("accounts:password")
        return HttpResponseClientRedirect(page) if is_htmx(request) else redirect(page)
