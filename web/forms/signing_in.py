"""The form by which somebody signs in."""

from django.contrib.auth.forms import AuthenticationForm


class SigningInForm(AuthenticationForm):
    """A user id and a password; words that say what to do when they do not match."""

    error_messages = {
        "invalid_login": (
            "The user ID and password do not match an open account. "
            "Enter your own again, or ask an administrator."
        ),
        "inactive": "This account was closed. Ask an administrator.",
    }
