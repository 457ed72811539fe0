"""What the pages of emptying a unit send."""

from django import forms

from custody.models import COUNT_WITHIN
from custody.rules.emptying import MOST_COUNT_HOURS
from sop.emergency_work import MOST_HOURS
from web.forms.signing import SigningForm


class BeginForm(SigningForm):
    """For how long the procedures are left aside, where they are not already."""

    hours = forms.IntegerField(
        label="For how many hours at most",
        min_value=1,
        max_value=MOST_HOURS,
        initial=4,
        help_text=f"1 to {MOST_HOURS}; emergency work that lasts already is joined as it is",
    )


class EndForm(SigningForm):
    """By when what was moved is counted."""

    count_hours = forms.IntegerField(
        label="Count what was moved within how many hours",
        min_value=1,
        max_value=MOST_COUNT_HOURS,
        initial=int(COUNT_WITHIN.total_seconds() // 3600),
        help_text=f"1 to {MOST_COUNT_HOURS}",
    )


class ScanForm(forms.Form):
    """
    One code, or a rack that was handed on.

    entry: `scanned` when the page saw keys at a machine's pace. takes_over: the container's key.
    """

    code = forms.CharField(max_length=400, strip=False, required=False)
    entry = forms.CharField(max_length=10, required=False)
    takes_over = forms.IntegerField(min_value=1, required=False)
