"""What administrators enter about passwords and sessions; it is signed."""

from typing import Any

from django import forms

from accounts.access_rules import BOUNDS, Limits
from accounts.models import SecondFactorFor
from web.forms.signing import SigningForm

SECOND_FACTOR = "A second factor is demanded of"


class LimitsForm(SigningForm):
    """One whole number for each limit, within its bounds, and who needs a second factor."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, least, most) in BOUNDS.items():
            self.fields[name] = forms.IntegerField(
                label=label, min_value=least, max_value=most, help_text=f"{least} to {most}"
            )
        self.fields["second_factor"] = forms.ChoiceField(
            label=SECOND_FACTOR, choices=SecondFactorFor.choices
        )

    def limits(self) -> Limits:
        """Give what was entered."""
        return Limits(**{name: self.cleaned_data[name] for name in (*BOUNDS, "second_factor")})
