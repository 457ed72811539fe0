"""What quality enters of an excursion; it is signed."""

from django import forms

from web.forms.signing import SigningForm

DECISIONS = (
    ("", "Choose"),
    ("no_impact", "No impact on this product"),
    ("impact", "Impact: its vials are not to be used"),
)


class EvaluationForm(SigningForm):
    """What it means for one product, and why."""

    decision = forms.ChoiceField(
        choices=DECISIONS,
        label="What it means for this product",
        error_messages={"required": "Choose what it means for this product."},
    )
    comparison = forms.CharField(
        max_length=8000,
        label="Compared with its stability data",
        help_text="Which data, and what they allow.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what the stability data show."},
    )
    reasoning = forms.CharField(
        max_length=8000,
        label="Cause, and why you decide so",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why you decide so: it is read later."},
    )
    tells_physician = forms.BooleanField(required=False, label="Physician or patient must be told")
