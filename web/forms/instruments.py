"""What quality enters about measuring instruments; each form is signed."""

from typing import Any

from django import forms

from inventory.models import InstrumentKind
from inventory.rules.instruments import Certificate
from web.forms.signing import SigningForm

_DAY = forms.DateInput(attrs={"type": "date"})


class InstrumentForm(SigningForm):
    """A new instrument."""

    kind = forms.TypedChoiceField(
        label="Kind", coerce=InstrumentKind, choices=[("", "Choose"), *InstrumentKind.choices]
    )
    name = forms.CharField(
        label="Name", max_length=100, help_text="What the floor calls it, such as “Hand probe 2”."
    )
    serial = forms.CharField(label="Serial number", max_length=60)
    unit = forms.CharField(label="Unit that it shows", max_length=20, help_text="Such as °C.")
    site = forms.TypedChoiceField(label="Site", coerce=int)

    def __init__(self, *args: Any, sites: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = sites  # type: ignore[attr-defined]  # a choice field has choices


class CalibrationForm(SigningForm):
    """A calibration, as its certificate says it."""

    calibrated_on = forms.DateField(label="Calibrated on", widget=_DAY)
    due_on = forms.DateField(
        label="Due on", widget=_DAY, help_text="The last day on which it may be used."
    )
    certificate = forms.CharField(label="Number of the certificate", max_length=100)
    calibrated_by = forms.CharField(
        label="Calibrated by", max_length=200, help_text="The laboratory or person."
    )

    def said(self) -> Certificate:
        """Give the certificate as entered."""
        entered = self.cleaned_data
        return Certificate(
            number=entered["certificate"],
            calibrated_on=entered["calibrated_on"],
            due_on=entered["due_on"],
            calibrated_by=entered["calibrated_by"],
        )


class OutOfUseForm(SigningForm):
    """Nothing but the signature, whose reason says why."""
