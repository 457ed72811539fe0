"""The fields in which a step is entered after it was done; signing sheets fold them away."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings

from custody.rules.late import LateEntry
from web.forms.marks import GOES_WITH_OTHERS
from web.forms.signing import AT_PROVIDER, SigningForm

TIMES = frozenset({"performed_at", "late_reason"})
SECOND = frozenset({"second_user_id", "second_password", "second_signs_at"})
BOTH = "A late entry needs both: when it was done, and why it is entered only now."
BY_TWO = "A late entry takes two people: the second enters their user ID and password."


class WithLateEntry(forms.Form):
    """
    When a step that two people sign was done, where it is entered late, and why.

    The time is local at the site; in the night in which a local time comes twice it needs its
    offset. Source: 21 CFR 1271.270(a); URS-26, URS-73.
    """

    performed_at = forms.DateTimeField(
        required=False,
        label="Done at",
        help_text="Local time. Leave it empty for what was done just now.",
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "1", GOES_WITH_OTHERS: True}
        ),
        error_messages={
            "invalid": "Enter a time that was there once, with its offset where the clock was "
            "changed, such as 2026-10-25T01:30:00+01:00."
        },
    )
    late_reason = forms.CharField(
        required=False,
        max_length=300,
        label="Why it is entered only now",
        widget=forms.TextInput(attrs={GOES_WITH_OTHERS: True}),
    )

    def clean(self) -> dict[str, Any]:
        """Insist on both or neither."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(cleaned.get("performed_at")) != bool(cleaned.get("late_reason")):
            self.add_error(None, BOTH)
        return cleaned

    def late_entry(self) -> LateEntry | None:
        """Return the late entry, or None for a step that was done just now."""
        return late_entry_of(self.cleaned_data)


class WithLateEntryByTwo(WithLateEntry, SigningForm):
    """
    The same for a step that one person signs: entered late, a second one verifies it.

    Source: 21 CFR 11.200(a), 1271.270(a); URS-26, URS-31.
    """

    second_user_id = forms.CharField(
        required=False,
        max_length=150,
        label="Second person’s user ID",
        help_text="Signs “Reviewed”: somebody else, who knows that it was done then.",
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", GOES_WITH_OTHERS: True}
        ),
    )
    second_password = forms.CharField(
        required=False,
        strip=False,
        max_length=500,
        label="Second person’s password",
        widget=forms.PasswordInput(attrs={GOES_WITH_OTHERS: True}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.OIDC_ISSUER:
            words = f"At {settings.OIDC_NAME}, and leaves the password empty"
            self.fields["second_signs_at"] = forms.MultipleChoiceField(
                required=False,
                label="The second person signs",
                choices=[(AT_PROVIDER, words)],
                widget=forms.CheckboxSelectMultiple,
            )

    def clean(self) -> dict[str, Any]:
        """Insist on the second person of a late entry."""
        cleaned = super().clean()
        proof = cleaned.get("second_password") or self.is_elsewhere("second_signs_at")
        if cleaned.get("performed_at") and not (cleaned.get("second_user_id") and proof):
            self.add_error(None, BY_TWO)
        return cleaned


def late_entry_of(entered: Mapping[str, Any]) -> LateEntry | None:
    """Return the late entry among what was entered, or None for a step that was done just now."""
    if not entered.get("performed_at"):
        return None
    return LateEntry(performed_at=entered["performed_at"], reason=entered["late_reason"])
