"""What quality enters about handling in storage; it is signed."""

from django import forms

from custody.rules.late import LEAST_HOURS, MOST_HOURS
from web.forms.signing import SigningForm

LATE_ENTRY = "Hours in which a step may be entered late"


class HandlingForm(SigningForm):
    """One whole number for each rule."""

    late_entry_hours = forms.IntegerField(
        label=LATE_ENTRY,
        min_value=LEAST_HOURS,
        max_value=MOST_HOURS,
        help_text=f"{LEAST_HOURS} to {MOST_HOURS}",
    )
