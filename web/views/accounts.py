"""Signing in and out; each is kept in the access log, and a failed attempt as a refusal too."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse

from accounts.access import record_access
from accounts.lockout import forgive
from accounts.models import AccessKind, Person
from audit.errors import Refusal, SigningFailed
from audit.refusals import record_refusal
from web.attribution import address_of, device_of
from web.forms.signing_in import LOCKED, SigningInForm

REFUSED = Refusal("SIGN_IN_REFUSED", "The user id and password do not match an open account.")
LOCKED_OUT = Refusal("LOCKED_OUT", LOCKED)


class SignIn(LoginView):
    """Ask who somebody is, and begin their session."""

    template_name = "accounts/login.html"
    authentication_form = SigningInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Begin the session of whoever proved who they are."""
        answer = super().form_valid(form)
        person = form.get_user()
        if isinstance(person, Person):
            forgive(person.user_id)
            _record(self.request, AccessKind.SIGNED_IN, person)
        return answer

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Keep the attempt, and answer in words that do not tell which half was wrong."""
        typed = form.data.get("username", "")
        if typed:
            is_locked = form.has_error("__all__", code="locked")
            record_refusal(
                action="sign_in",
                error=SigningFailed([LOCKED_OUT if is_locked else REFUSED]),
                actor=None,
                user_id=typed,
                device=device_of(self.request),
            )
        answer = super().form_invalid(form)
        answer.status_code = 422
        return answer


class SignOut(LogoutView):
    """End a session."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Record who goes, then let them go."""
        if isinstance(request.user, Person):
            _record(request, AccessKind.SIGNED_OUT, request.user)
        return super().post(request, *args, **kwargs)


def _record(request: HttpRequest, kind: AccessKind, person: Person) -> None:
    record_access(kind, person=person, device=device_of(request), address=address_of(request))
