"""What is entered about badges, keys and devices; each form is signed."""

from typing import Any

from django import forms

from accounts.models import TokenKind, TokenState
from web.forms.signing import SigningForm, TwoPersonForm

CODE = "Code printed on it"


class IssueForm(SigningForm):
    """A badge, key or device, and who gets it."""

    kind = forms.ChoiceField(label="What", choices=TokenKind.choices)
    code = forms.CharField(label=CODE, max_length=60)
    holder = forms.TypedChoiceField(
        label="For", coerce=int, error_messages={"required": "Choose who gets it."}
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].choices = [("", "Choose"), *people]  # type: ignore[attr-defined]  # a choice field has choices


class ReplaceForm(TwoPersonForm):
    """The code of the one that takes the place."""

    code = forms.CharField(label=CODE, max_length=60)


class EndForm(SigningForm):
    """What became of it."""

    state = forms.ChoiceField(
        label="What happened",
        choices=[
            (each.value, str(each.label))
            for each in (TokenState.LOST, TokenState.STOLEN, TokenState.RETURNED)
        ],
    )


class CheckForm(SigningForm):
    """What a function and tamper test came to."""

    works = forms.BooleanField(label="It works as it should", required=False)
    is_intact = forms.BooleanField(label="Nobody tampered with it", required=False)
    found = forms.CharField(label="What was looked at, and found", max_length=500)
