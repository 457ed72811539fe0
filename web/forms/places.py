"""What people enter to say where a vial stands now: its label, its place, and why."""

from django import forms

from custody.rules.late import LateEntry
from web.forms.late import WithLateEntry
from web.forms.signing import SigningForm, TwoPersonForm
from web.forms.vials import CodeField, WithScannedVial

NO_PLACE = "Choose a free place on the map, or scan one."


class PlaceForm(WithScannedVial):
    """A vial in hand and the place it goes to; `position` is chosen on the map."""

    position = forms.IntegerField(
        required=False, widget=forms.HiddenInput, error_messages={"invalid": NO_PLACE}
    )
    place = CodeField(
        required=False,
        label="Or scan the place",
        help_text="A position's label, or the box with the place: BX-000001-A/A3.",
    )
    reason = forms.CharField(
        max_length=500, error_messages={"required": "Say why: it is kept with the move."}
    )


class FoundForm(PlaceForm, SigningForm):
    """Where a missing vial was found, signed."""


class StoreLateForm(PlaceForm, WithLateEntry, TwoPersonForm):
    """Where a vial was put, when, and why it is entered only now; signed by two people."""

    performed_at = forms.DateTimeField(
        label="Put there at",
        help_text="Local time, as it was done.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}),
        error_messages={"required": "Say when it was put there."},
    )
    late_reason = forms.CharField(
        max_length=300,
        label="Why it is entered only now",
        error_messages={"required": "Say why it is entered only now."},
    )

    def late_entry(self) -> LateEntry:
        """Return the late entry; here there always is one."""
        entered = self.cleaned_data
        return LateEntry(performed_at=entered["performed_at"], reason=entered["late_reason"])
