"""What quality enters when it accepts exposure beyond a budget; it is signed."""

from datetime import timedelta
from typing import Any

from django import forms

from custody.rules.accepting import Allowance
from web.forms.signing import SigningForm
from web.forms.storage import InstantInput

Choices = list[tuple[int, str]]


class AcceptanceForm(SigningForm):
    """Up to what, for which vials, until when and why."""

    vials = forms.TypedMultipleChoiceField(
        label="For these vials",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one vial."},
    )
    most = forms.IntegerField(label="Times out of storage in all, at most", min_value=0)
    longest_single = forms.DecimalField(
        label="Minutes out at once, at most", min_value=0, max_digits=8, decimal_places=1
    )
    longest_total = forms.DecimalField(
        label="Minutes out in all, at most", min_value=0, max_digits=8, decimal_places=1
    )
    warmest_celsius = forms.DecimalField(
        label="Up to how warm it may have become, by estimate, °C",
        required=False,
        max_digits=5,
        decimal_places=1,
        help_text="Leave empty where it was no warmer than its product may ever be.",
    )
    valid_until = forms.DateTimeField(
        label="Until", required=False, widget=InstantInput, help_text="Leave empty for no end."
    )
    reasoning = forms.CharField(
        max_length=8000,
        label="Why, and which data cover it",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why you accept it: it is read later."},
    )

    def __init__(self, *args: Any, vials: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vials"].choices = vials  # type: ignore[attr-defined]  # a choice field has choices

    def allowance(self) -> Allowance:
        """Give what was entered."""
        entered = self.cleaned_data
        return Allowance(
            most=entered["most"],
            longest_single=timedelta(minutes=float(entered["longest_single"])),
            longest_total=timedelta(minutes=float(entered["longest_total"])),
            valid_until=entered["valid_until"],
            reasoning=entered["reasoning"],
            warmest_celsius=entered["warmest_celsius"],
        )
