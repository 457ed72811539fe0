"""Where and for how long work may go on without the procedure."""

from typing import Any

from django import forms

from sop.emergency_work import MOST_HOURS
from web.forms.signing import SigningForm


class EmergencyWorkForm(SigningForm):
    """A site, and hours."""

    site = forms.TypedChoiceField(label="Site", coerce=int)
    hours = forms.IntegerField(
        label="For how many hours at most",
        min_value=1,
        max_value=MOST_HOURS,
        initial=2,
        help_text=f"1 to {MOST_HOURS}",
    )

    def __init__(self, *args: Any, sites: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = sites  # type: ignore[attr-defined]  # a choice field has choices
