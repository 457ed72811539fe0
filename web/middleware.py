"""What every answer carries, and how a refusal of the domain becomes an answer."""

from collections.abc import Callable
from datetime import UTC

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from audit.errors import DomainError, WritesClosed
from web.http import is_htmx
from web.shared_accounts import refusal_to_post
from web.sites import current_site

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
PERMISSIONS = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"
TITLES = {403: "Stop: you may not do this", 404: "Not found", 503: "Somebody else is busy here"}
READ_ONLY = "Read only: nothing was written"

GetResponse = Callable[[HttpRequest], HttpResponse]


class ContentSecurityMiddleware:
    """
    Send a strict content security policy with every answer.

    A view that needs more sets the header itself. Answers to a signed-in person are not
    stored by the browser: on a shared workstation the Back button must not show patients.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers that the view did not set."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class SiteTimeZoneMiddleware:
    """
    Show times in the zone of the site at which the person works.

    Source: URS-71.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with the zone of its site in force; UTC without a site."""
        site = current_site(request)
        with timezone.override(site.zone if site else UTC):
            return self.get_response(request)


class DomainErrorMiddleware:
    """Show a refusal that no view caught: as a panel to htmx, as a page to everybody else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; refusals come back through `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a `DomainError` with its words and status; anything else is a bug and a 500."""
        return answer_refusal(request, error) if isinstance(error, DomainError) else None


class SharedAccountMiddleware:
    """
    Turn a shared account away from everything that is posted: it can look, whatever its roles.

    Every action refuses it as well; here it is refused for routes that somebody forgets.
    Source: 21 CFR 11.10(d), 211.68(b); URS-10.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; posts are stopped before their view."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Refuse the post of a shared account, and keep the attempt."""
        error = refusal_to_post(request)
        return None if error is None else answer_refusal(request, error)


def answer_refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer with the words and the status of a refusal."""
    template = "components/refused.html" if is_htmx(request) else "errors/refused.html"
    title = TITLES.get(error.http_status, "")
    context = {
        "refusals": error.refusals,
        "title": READ_ONLY if isinstance(error, WritesClosed) else title,
        "back_url": request.get_full_path() if request.method == "POST" else "",
    }
    return render(request, template, context, status=error.http_status)
