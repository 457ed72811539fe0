"""The fields in which one person or two sign; their names are those of `sign_fields.html`."""

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

AT_PROVIDER = "provider"
PROVEN_BEFORE = "proven_before"  # sent along by the server when who signs is back from there
_SIGNS_AT = {"password": "signs_at", "second_password": "second_signs_at"}


class SigningForm(forms.Form):
    """
    What a person enters to sign; whether the user ID must be there, the server decides.

    Who says that they sign at the identity provider may leave the password empty; whether they
    do, the server knows, and takes nothing but a password from anybody else.
    once_signed: what is to be done when the signed act was carried out.
    Source: 21 CFR 11.200(a)(1).
    """

    user_id = forms.CharField(max_length=150, required=False)
    password = forms.CharField(
        strip=False, max_length=500, error_messages={"required": "Enter your password to sign."}
    )
    reason = forms.CharField(
        max_length=500, error_messages={"required": "Say why: a reason belongs to the signature."}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.once_signed: list[Callable[[], None]] = []
        for password, signs_at in _SIGNS_AT.items():
            if password in self.fields and self.is_elsewhere(signs_at):
                self.fields[password].required = False

    def is_elsewhere(self, signs_at: str) -> bool:
        """
        Say whether somebody says that they sign at the identity provider.

        signs_at: the name under which the form sends it.
        """
        return self.data.get(signs_at) == AT_PROVIDER or PROVEN_BEFORE in self.data

    def problems(self) -> tuple[str, ...]:
        """List every problem in words, for `SignFields.errors`."""
        return problems_of(self)


def problems_of(form: forms.Form) -> tuple[str, ...]:
    """List every problem of a form in words; those that Django says name their field."""
    return tuple(
        words
        for name, faults in form.errors.as_data().items()
        for fault in faults
        for words in _named(form, name, fault)
    )


def _named(form: forms.Form, name: str, fault: ValidationError) -> Iterator[str]:
    field = form.fields.get(name)
    is_own = fault.code is None or field is None or _is_own(field, fault.code)
    for words in fault.messages:
        yield words if is_own else f"{form[name].label}: {words[:1].lower()}{words[1:]}"


def _is_own(field: forms.Field, code: str) -> bool:
    """Say whether a form gave a field words of its own for a fault."""
    plain: dict[str, object] = {}
    for kind in reversed(type(field).__mro__):
        plain |= getattr(kind, "default_error_messages", {})
    return code in field.error_messages and field.error_messages[code] != plain.get(code)


class TwoPersonForm(SigningForm):
    """What two people enter when one performs and another verifies or witnesses."""

    second_user_id = forms.CharField(
        max_length=150, error_messages={"required": "The second person enters their user ID."}
    )
    second_password = forms.CharField(
        strip=False,
        max_length=500,
        error_messages={"required": "The second person enters their password."},
    )
