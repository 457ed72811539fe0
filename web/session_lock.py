"""Locking a session after the site's limit without a request that a person made."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts import sessions
from accounts.access import record_access
from accounts.models import AccessKind, Person
from web.attribution import address_of, device_of
from web.continuous_signing import forget_signing
from web.http import is_htmx

POLLED = "X-Polled"  # sent with what a page asks for by itself
OPEN = (
    *("accounts:unlock", "accounts:session", "accounts:logout"),
    *("accounts:provider", "accounts:provider_callback"),
)


class SessionLockMiddleware:
    """
    Answer a locked session with the page that unlocks it, and lock those that nobody uses.

    Source: draft Annex 11 section 11; URS-19.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, or ask for the password first."""
        person = request.user
        if not isinstance(person, Person):
            return self.get_response(request)
        at = timezone.now()
        if not sessions.is_locked(request.session) and not _time_left(request, at):
            _lock(request, person, at)
        if not sessions.is_locked(request.session):
            if POLLED not in request.headers or _is_wall(request, person):
                sessions.note_seen(request.session, at=at)
            return self.get_response(request)
        if request.path in {reverse(name) for name in OPEN}:
            return self.get_response(request)
        return _ask_for_password(request)


def _time_left(request: HttpRequest, at: datetime) -> bool:
    return bool(sessions.left_until_lock(request.session, at=at))


def _is_wall(request: HttpRequest, person: Person) -> bool:
    """
    Say whether a wall screen asks: the board of a shared account, which nobody touches.

    Such an account can only look, and the board names no patient; on any other page it locks.
    """
    return person.is_shared and request.path == reverse("temperature:index")


def _lock(request: HttpRequest, person: Person, at: datetime) -> None:
    sessions.lock(request.session, at=at)
    forget_signing(request)  # type: ignore[arg-type]  # a request of a person, as it is here
    record_access(
        AccessKind.TIMED_OUT, person=person, device=device_of(request), address=address_of(request)
    )


def _ask_for_password(request: HttpRequest) -> HttpResponse:
    """Let the page cover itself where htmx asked, so that what is typed in it stays."""
    if is_htmx(request):
        answer = HttpResponse(status=401)
        answer.headers["HX-Trigger"] = "session-locked"
        answer.headers["HX-Reswap"] = "none"
        return answer
    is_page = request.method in {"GET", "HEAD"}
    back = request.get_full_path() if is_page else request.headers.get("Referer", "/")
    return redirect(f"{reverse('accounts:unlock')}?{urlencode({'next': back})}")


def begin_session(*, request: HttpRequest, **_: object) -> None:
    """Note where a session begins, whenever somebody signs in."""
    sessions.begin(
        request.session,
        device=device_of(request),
        address=address_of(request),
        at=timezone.now(),
    )
