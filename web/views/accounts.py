"""Signing in and out; each is kept in the access log, and a failed attempt as a refusal too."""

from typing import Any, cast

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse

from accounts.models import AccessKind, Person
from accounts.second_factor import has_second_factor
from audit.errors import Refusal, SigningFailed
from audit.refusals import record_refusal
from web.attribution import device_of
from web.coming_in import come_in, record
from web.forms.signing_in import LOCKED, SigningInForm
from web.http import Request
from web.second_factor_gate import ask_for_code

REFUSED = Refusal("SIGN_IN_REFUSED", "The user id and password do not match an open account.")
LOCKED_OUT = Refusal("LOCKED_OUT", LOCKED)


class SignIn(LoginView):
    """Ask who somebody is, and begin their session."""

    template_name = "accounts/login.html"
    authentication_form = SigningInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Begin the session of whoever proved who they are; a second factor comes next."""
        answer = super().form_valid(form)
        request = cast("Request", self.request)
        if has_second_factor(request.user):
            ask_for_code(request.session)
        else:
            come_in(request)
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
            record(cast("Request", request), AccessKind.SIGNED_OUT)
        return super().post(request, *args, **kwargs)
