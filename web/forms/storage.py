"""What people enter about containers: an instant in the past, a place to block, a reason."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from web.forms.signing import SigningForm


class InstantInput(forms.DateTimeInput):
    """The browser's own field for a date with a time."""

    input_type = "datetime-local"

    def format_value(self, value: Any) -> str | None:
        """Show the instant as the browser wants it."""
        return f"{value:%Y-%m-%dT%H:%M:%S}" if isinstance(value, datetime) else value


class PastForm(forms.Form):
    """An instant that has passed, in the site's time when it names no offset."""

    at = forms.DateTimeField(
        label="Date and time",
        widget=InstantInput(attrs={"step": "1"}),
        error_messages={
            "required": "Say which date and time.",
            "invalid": "Write the date and time as 2026-03-04 02:00.",
        },
    )

    def clean_at(self) -> datetime:
        """
        Refuse what has not happened yet.

        Raises ValidationError: the instant lies ahead.
        """
        at: datetime = self.cleaned_data["at"]
        if at > timezone.now():
            raise forms.ValidationError("That has not happened yet. Choose a time that has passed.")
        return at


class PlaceForm(SigningForm):
    """One place of a container, signed for."""

    field_order = ["position"]

    def __init__(self, *args: Any, places: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"] = forms.TypedChoiceField(
            coerce=int,
            choices=places,
            label="Place",
            error_messages={"required": "Choose the place.", "invalid_choice": "Choose the place."},
        )
