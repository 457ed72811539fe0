"""What people enter of alarms: a comment, for how long they are silent, filters of the log."""

from datetime import timedelta
from typing import Any

from django import forms

from temperature.models import AlarmCause, Level
from temperature.rules.silencing import MOST_HOURS
from web.forms.audit import DaysForm
from web.forms.signing import SigningForm

_MINUTES = (15, 30, 60, 120, 180, 240)
ANY = ("", "Any")
STATES = (
    ANY,
    ("open", "Goes on"),
    ("over", "Over"),
    ("unacknowledged", "Nobody acknowledged it"),
)


def _words(minutes: int) -> str:
    return f"{minutes} minutes" if minutes < 60 else f"{minutes // 60} h"


class AcknowledgeForm(forms.Form):
    """What somebody saw and does; `shown` is how grave the alarm was on this screen."""

    comment = forms.CharField(
        max_length=500,
        label="What you see and do",
        help_text="It is read later, beside your name.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Write what you see and do: an alarm is never waved away."},
    )
    shown = forms.ChoiceField(choices=Level, widget=forms.HiddenInput)


class PauseForm(SigningForm):
    """For how long alarms are silenced; why, the signature says."""

    minutes = forms.TypedChoiceField(
        label="Silent for",
        choices=[(minutes, _words(minutes)) for minutes in _MINUTES],
        coerce=int,
        initial=60,
        help_text=f"At most {MOST_HOURS} h. Then they call again by themselves.",
    )

    def lasts(self) -> timedelta:
        """Return how long they are silenced."""
        return timedelta(minutes=self.cleaned_data["minutes"])


class EndPauseForm(forms.Form):
    """Why alarms are to call again before the time."""

    reason = forms.CharField(
        max_length=500,
        label="Why they call again now",
        initial="Work on the unit is done",
        error_messages={"required": "Say why."},
    )


class AlarmLogForm(DaysForm):
    """The filters of the log; each may be left out."""

    field_order = ["unit", "level", "cause", "state", "since", "until"]

    unit = forms.TypedChoiceField(required=False, label="Unit", coerce=int, empty_value=None)
    level = forms.ChoiceField(required=False, label="Level", choices=[ANY, *Level.choices])
    cause = forms.ChoiceField(required=False, label="Cause", choices=[ANY, *AlarmCause.choices])
    state = forms.ChoiceField(required=False, label="State", choices=STATES)

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [ANY, *units]  # type: ignore[attr-defined]  # a choice field has choices
