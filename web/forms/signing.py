"""The fields in which one person or two sign; their names are those of `sign_fields.html`."""

from typing import Any

from django import forms


class SigningForm(forms.Form):
    """
    What a person enters to sign: both identification components and a reason.

    Source: 21 CFR 11.200(a)(1).
    """

    user_id = forms.CharField(
        max_length=150, error_messages={"required": "Enter your user ID to sign."}
    )
    password = forms.CharField(
        strip=False, max_length=500, error_messages={"required": "Enter your password to sign."}
    )
    reason = forms.CharField(
        max_length=500, error_messages={"required": "Say why: a reason belongs to the signature."}
    )

    def problems(self) -> tuple[str, ...]:
        """List every problem in words, for `SignFields.errors`."""
        return tuple(str(problem) for problems in self.errors.values() for problem in problems)


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

    def clean(self) -> dict[str, Any]:
        """Refuse the same person twice, before anybody's password is checked."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, second = cleaned.get("user_id", ""), cleaned.get("second_user_id", "")
        if first and first.casefold() == second.casefold():
            self.add_error(
                "second_user_id",
                "Two different people are needed: the second person signs with their own user ID.",
            )
        return cleaned
