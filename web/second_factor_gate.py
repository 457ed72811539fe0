"""What is closed until a one-time code was given, or a device enrolled."""

from collections.abc import Callable

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from accounts.access_rules import limits_in_force
from accounts.models import Person, SecondFactorFor
from accounts.second_factor import needs_second_factor
from web.http import is_htmx

ALWAYS_OPEN = ("accounts:logout", "accounts:unlock", "accounts:session", "preferences:choose")
CODE, ENROLMENT = "accounts:code", "accounts:second_factor"
OPEN = {CODE: ALWAYS_OPEN, ENROLMENT: (*ALWAYS_OPEN, "accounts:password", "accounts:security_keys")}
_KEPT_AS = "second_factor"
_ASKED, _GIVEN = "asked", "given"


def ask_for_code(session: SessionBase) -> None:
    """Hold the session until its person gives a code."""
    session[_KEPT_AS] = _ASKED


def take_code(session: SessionBase) -> None:
    """Let the session go on: the code was given in it."""
    session[_KEPT_AS] = _GIVEN


def is_asked(session: SessionBase) -> bool:
    """Say whether the session is held until a code is given."""
    return session.get(_KEPT_AS) == _ASKED


class SecondFactorGateMiddleware:
    """
    Ask for the code before anything, and for a device before what the site closes without one.

    Source: draft Annex 11 section 11; URS-21.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or lead to the code or to the enrolment."""
        page = _page_to_open(request)
        if not page or request.path in {reverse(name) for name in (page, *OPEN[page])}:
            return self.get_response(request)
        url = reverse(page)
        return HttpResponseClientRedirect(url) if is_htmx(request) else redirect(url)


def _page_to_open(request: HttpRequest) -> str:
    """Name the page that must come first; empty when none does."""
    person = request.user
    if not isinstance(person, Person) or request.session.get(_KEPT_AS) == _GIVEN:
        return ""
    if is_asked(request.session):
        return CODE
    is_for_all = limits_in_force().second_factor == SecondFactorFor.EVERYBODY
    is_closed = is_for_all or request.path.startswith(reverse("configure:index"))
    return ENROLMENT if is_closed and needs_second_factor(person) else ""
