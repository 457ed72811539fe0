"""What QA enters about doors and mains: for how long each may stand open or be away; signed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField

from temperature.models import Level, Quantity
from temperature.rules.bands import Band
from temperature.rules.contact_limits import AT_REST, band_of_contact
from temperature.rules.limits import Limits
from web.forms.signing import SigningForm
from web.forms.storage import InstantInput


class ContactLimitsForm(SigningForm):
    """The next version of a contact's levels; delays in minutes, an empty one sets no level."""

    justification = forms.CharField(
        label="Why these delays are right",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Name how fast the unit warms with its door open, and how long work there takes.",
    )
    effective_at = forms.DateTimeField(
        label="In force from",
        required=False,
        widget=InstantInput(),
        help_text="Local time; empty means at once.",
    )

    def __init__(self, *args: Any, quantity: Quantity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = {
            _name(level): forms.FloatField(
                label=f"{level.label}: {quantity.when_on.lower()} for longer than, minutes",
                required=False,
                min_value=0,
            )
            for level in Level
        }
        self.fields = own | self.fields

    def level_fields(self) -> Iterator[BoundField]:
        """Yield the field of each level, the mildest first."""
        for level in Level:
            yield self[_name(level)]

    def limits(self) -> Limits:
        """Give the limits as entered."""
        entered = self.cleaned_data
        return Limits(
            setpoint=AT_REST,
            dead_band=AT_REST,
            bands=[
                band_of_contact(level, entered[_name(level)])
                for level in Level
                if entered.get(_name(level)) is not None
            ],
            justification=entered["justification"],
        )


def initial_of_contact(bands: Sequence[Band]) -> Mapping[str, float]:
    """Return what the fields of these bands hold before anything is entered."""
    return {_name(band.level): round(band.delay.total_seconds() / 60, 2) for band in bands}


def _name(level: Level) -> str:
    return f"{level}_after_minutes"
