"""Signing in and out; a failed attempt is kept, as everything that was refused is."""

from typing import cast

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpResponse

from audit.errors import Refusal, SigningFailed
from audit.refusals import record_refusal
from web.attribution import device_of
from web.forms.signing_in import SigningInForm
from web.http import Request

REFUSED = Refusal("SIGN_IN_REFUSED", "The user id and password do not match an open account.")


class SignIn(LoginView):
    """Ask who somebody is, and begin their session."""

    template_name = "accounts/login.html"
    authentication_form = SigningInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Keep the attempt, and answer in words that do not tell which half was wrong."""
        typed = form.data.get("username", "")
        if typed:
            record_refusal(
                action="sign_in",
                error=SigningFailed([REFUSED]),
                actor=None,
                user_id=typed,
                device=device_of(cast("Request", self.request)),
            )
        answer = super().form_invalid(form)
        answer.status_code = 422
        return answer


class SignOut(LogoutView):
    """End a session."""
