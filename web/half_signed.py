"""A signature that nobody is there for any more: the session ended while the sheet was open."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse

from accounts.models import Person
from audit.errors import NotAuthorised, Refusal, SigningFailed
from audit.refusals import record_refusal
from audit.signing import CLOSED
from web.attribution import device_of, request_id_of
from web.http import Request
from web.shown_sheets import person_shown

SESSION_ENDED = Refusal(
    "SESSION_ENDED",
    "The session ended before the sheet was signed. Nothing was signed: sign in and begin anew.",
)


class HalfSignedMiddleware:
    """
    Keep the attempt when a sheet comes back from somebody who is no longer signed in.

    They are then asked to sign in, as with every page; a closed account gets no further.
    Source: 21 CFR 11.10(d), (g); URS-17, URS-59.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; what is posted is looked at once its view is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """Record the attempt by whom the sheet was shown to."""
        if request.method != "POST" or request.user.is_authenticated:
            return
        posted = cast("Request", request)
        key = person_shown(posted)
        person = None if key is None else Person.objects.filter(pk=key).first()
        if person is None:
            return
        record_refusal(
            action="sign",
            error=SigningFailed([SESSION_ENDED]) if person.is_active else NotAuthorised([CLOSED]),
            actor=person,
            device=device_of(posted),
            request_id=request_id_of(posted),
            subject={"path": request.path[:200]},
        )
