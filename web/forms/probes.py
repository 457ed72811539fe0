"""What administrators enter about probes; each form is signed."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms

from temperature.models import Quantity, Zone
from temperature.rules.probes import STANDS_WITHIN, Certificate, Pace, Place, zones_for
from web.forms.signing import SigningForm
from web.forms.storage import InstantInput

Choices = list[tuple[int, str]]
DOUBTS = ("flat_minutes", "flat_within", "most_jump")
EMPTY_IS_NOW = "Local time; empty means now."


class PaceForm(SigningForm):
    """How often a probe reads."""

    seconds = forms.IntegerField(
        label="A reading at least every, seconds", min_value=1, max_value=4 * 3600
    )
    flat_minutes = forms.IntegerField(
        label="Not believed when the same for, minutes",
        required=False,
        min_value=1,
        max_value=7 * 24 * 60,
        initial=60,
        help_text="Empty where standing still is normal, as in liquid. Not used for a contact.",
    )
    flat_within = forms.FloatField(
        label="The same means within, °C or %",
        min_value=0,
        initial=STANDS_WITHIN,
        help_text="The last digit that the probe shows; 0 means exactly the same.",
    )
    most_jump = forms.FloatField(
        label="Not believed when it jumps again and again by more than, °C or %",
        required=False,
        min_value=0,
        initial=30,
        help_text="From one reading to the next, up and down. Empty where any jump may be real. "
        "Not used for a contact.",
    )

    def pace(self) -> Pace:
        """Give the pace as entered."""
        flat = self.cleaned_data["flat_minutes"]
        return Pace(
            expected_every=timedelta(seconds=self.cleaned_data["seconds"]),
            flat_after=None if flat is None else timedelta(minutes=flat),
            flat_within=self.cleaned_data["flat_within"],
            most_jump=self.cleaned_data["most_jump"],
        )


class ProbeForm(PaceForm):
    """A new probe."""

    code = forms.CharField(label="Code", max_length=40, help_text="As it is written on the probe.")
    quantity = forms.ChoiceField(label="It measures", choices=Quantity.choices)
    feed = forms.TypedChoiceField(
        label="Source",
        coerce=int,
        error_messages={"required": "Choose the source of its readings."},
    )
    channel = forms.CharField(
        label="Channel", max_length=100, help_text="What the source calls this probe."
    )

    field_order = ("code", "quantity", "feed", "channel", "seconds", *DOUBTS)

    def __init__(self, *args: Any, feeds: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["feed"].choices = feeds  # type: ignore[attr-defined]  # a choice field has choices

    def pace(self) -> Pace:
        """Give the pace as entered; what a contact says is never doubted for standing still."""
        pace = super().pace()
        if Quantity(self.cleaned_data["quantity"]).is_contact:
            return replace(pace, flat_after=None, most_jump=None)
        return pace


class FitForm(SigningForm):
    """Where a probe sits from now on."""

    unit = forms.TypedChoiceField(label="Freezer or tank", coerce=int)
    zone = forms.ChoiceField(label="Where in it")
    mapped_offset = forms.DecimalField(
        label="Warmer than the coldest probe when mapped, °C",
        max_digits=5,
        decimal_places=1,
        help_text="From the mapping study; 0 for the coldest place.",
    )
    began_at = forms.DateTimeField(
        label="Since", required=False, widget=InstantInput(), help_text=EMPTY_IS_NOW
    )

    def __init__(self, *args: Any, units: Choices, quantity: Quantity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [(zone.value, zone.label) for zone in zones_for(quantity)]
        self.fields["unit"].choices = units  # type: ignore[attr-defined]  # a choice field has choices
        self.fields["zone"].choices = zones  # type: ignore[attr-defined]  # so has this one
        if quantity.is_contact:
            del self.fields["mapped_offset"]

    def place(self) -> Place:
        """Give the place as entered; a contact is at no temperature that was mapped."""
        entered = self.cleaned_data
        offset: Decimal = entered.get("mapped_offset", Decimal(0))
        return Place(unit_id=entered["unit"], zone=Zone(entered["zone"]), mapped_offset=offset)

    def began(self, at: datetime) -> datetime:
        """Give since when, `at` when nothing was entered."""
        began: datetime = self.cleaned_data["began_at"] or at
        return began


class RemoveForm(SigningForm):
    """When a probe was removed."""

    ended_at = forms.DateTimeField(
        label="Removed at", required=False, widget=InstantInput(), help_text=EMPTY_IS_NOW
    )

    def ended(self, at: datetime) -> datetime:
        """Give when, `at` when nothing was entered."""
        ended: datetime = self.cleaned_data["ended_at"] or at
        return ended


class CalibrationForm(SigningForm):
    """What a certificate of calibration says."""

    certificate = forms.CharField(label="Number of the certificate", max_length=60)
    calibrated_at = forms.DateTimeField(
        label="Calibrated at", widget=InstantInput(), help_text="Local time."
    )
    due_at = forms.DateTimeField(
        label="It counts until", widget=InstantInput(), help_text="Local time."
    )
    correction = forms.DecimalField(
        label="To be added to what it reads",
        max_digits=5,
        decimal_places=2,
        help_text="In °C, or % for a level; 0 for none. Raw readings stay as they are.",
    )

    def calibrated(self) -> Certificate:
        """Give the certificate as entered."""
        entered = self.cleaned_data
        return Certificate(
            number=entered["certificate"],
            calibrated_at=entered["calibrated_at"],
            due_at=entered["due_at"],
            correction=entered["correction"],
        )
