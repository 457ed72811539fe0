"""What is entered on opening a shipper."""

from typing import Any

from django import forms

from custody.actions.receive_batch import Inspection
from custody.models import Outcome
from web.forms.carriers import choices
from web.forms.late import WithLateEntry
from web.forms.signing import TwoPersonForm

YES, NO = "yes", "no"


class InspectionForm(WithLateEntry, TwoPersonForm):
    """
    What was found, and the one outcome; nothing is preset that somebody must look at.

    Source: 21 CFR 1271.265(a); URS-95.
    """

    counted = forms.IntegerField(
        min_value=1,
        max_value=100_000,
        label="Containers counted by hand",
        help_text="Count them without looking at the list.",
    )
    seal_number = forms.CharField(max_length=60, label="Seal number")
    seal_intact = forms.ChoiceField(
        label="The seal is", choices=[(YES, "intact"), (NO, "broken")], widget=forms.RadioSelect
    )
    labels_legible = forms.ChoiceField(
        label="The labels are",
        choices=[(YES, "all legible"), (NO, "not all legible")],
        widget=forms.RadioSelect,
    )
    arrival_celsius = forms.DecimalField(
        max_digits=5,
        decimal_places=1,
        label="Temperature on arrival, °C",
        help_text="As the shipper’s logger showed it on opening, such as -172.4.",
    )
    condition = forms.CharField(
        required=False,
        max_length=1000,
        label="Condition",
        help_text="Anything that is not as it should be, in your own words.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    outcome = forms.ChoiceField(label="Outcome", choices=Outcome.choices, widget=forms.RadioSelect)
    carrier = forms.TypedChoiceField(
        label="Kept until its place in",
        required=False,
        coerce=int,
        empty_value=None,
        choices=choices,
        help_text="It counts as out of storage until it is put away, but for the time for which "
        "its carrier was qualified.",
    )

    def inspection(self, site_id: int) -> Inspection:
        """Return what was found, as the action wants it; the form must be valid."""
        entered: dict[str, Any] = self.cleaned_data
        return Inspection(
            site_id=site_id,
            counted=entered["counted"],
            seal_number=entered["seal_number"],
            seal_intact=entered["seal_intact"] == YES,
            labels_legible=entered["labels_legible"] == YES,
            arrival_celsius=entered["arrival_celsius"],
            condition=entered["condition"],
            outcome=Outcome(entered["outcome"]),
        )
