"""The fields in which a step is entered after it was done; signing sheets fold them away."""

from collections.abc import Mapping
from typing import Any

from django import forms

from custody.rules.late import LateEntry

LATE_INPUTS = frozenset({"performed_at", "late_reason"})


class WithLateEntry(forms.Form):
    """
    When a step was done, where it is entered late, and why.

    The time is local at the site; in the night in which a local time comes twice it needs its
    offset. Source: 21 CFR 1271.270(a); URS-26, URS-73.
    """

    performed_at = forms.DateTimeField(
        required=False,
        label="Done at",
        help_text="Local time. Leave it empty for what was done just now.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}),
        error_messages={
            "invalid": "Enter a time that was there once, with its offset where the clock was "
            "changed, such as 2026-10-25T01:30:00+01:00."
        },
    )
    late_reason = forms.CharField(
        required=False, max_length=300, label="Why it is entered only now"
    )

    def clean(self) -> dict[str, Any]:
        """Insist on both or neither."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(cleaned.get("performed_at")) != bool(cleaned.get("late_reason")):
            self.add_error(None, "A late entry needs both: when it was done, and why so late.")
        return cleaned

    def late_entry(self) -> LateEntry | None:
        """Return the late entry, or None for a step that was done just now."""
        return late_entry_of(self.cleaned_data)


def late_entry_of(entered: Mapping[str, Any]) -> LateEntry | None:
    """Return the late entry among what was entered, or None for a step that was done just now."""
    if not entered.get("performed_at"):
        return None
    return LateEntry(performed_at=entered["performed_at"], reason=entered["late_reason"])
