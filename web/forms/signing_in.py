"""The form by which somebody signs in."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from accounts.models import Person
from audit.proofs import Purpose, proven
from web.attribution import proof_for

LOCKED = (
    "There were too many wrong attempts with this user ID, so it is locked. "
    "Ask an administrator to look into it and unlock it."
)


class SigningInForm(AuthenticationForm):
    """A user id and a password; words that say what to do, and not whether anybody has the id."""

    error_messages = {
        "invalid_login": (
            "The user ID and password do not match an open account. "
            "Enter your own again, or ask an administrator."
        ),
        "inactive": "This account was closed. Ask an administrator.",
    }

    def clean(self) -> dict[str, Any]:
        """
        Find whose user id and password these are.

        Raises ValidationError: nobody's, or there were too many wrong attempts before.
        """
        user_id, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if user_id and password and self.request is not None:
            proof = proof_for(self.request, Purpose.SIGN_IN)
            found = proven(user_id, password, proof)
            if proof.axes_locked_out:
                raise ValidationError(LOCKED, code="locked")
            if not isinstance(found, Person):
                raise self.get_invalid_login_error()
            self.user_cache = found
        return self.cleaned_data
