"""Which paper of work done is wanted: of one run, one deviation, or the runs of a period."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from reports.records.copies import CopyForm

REASON_HELP = "It is kept in the register of exports."
NO_REASON = {"required": "Say what the copy is for: it is kept in the register."}
LONGEST_PERIOD_DAYS = 366


class RecordCopyForm(forms.Form):
    """A copy of the record that the page is about."""

    form = forms.ChoiceField(
        label="Copy", choices=CopyForm.choices, initial=CopyForm.PDF, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        max_length=200, label="Reason", help_text=REASON_HELP, error_messages=NO_REASON
    )


class PeriodCopyForm(RecordCopyForm):
    """A copy of what was recorded in whole days."""

    field_order = ["since", "until", "form", "reason"]

    since = forms.DateField(
        label="From",
        error_messages={"required": "Choose the first day."},
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = forms.DateField(
        label="Up to the end of",
        error_messages={"required": "Choose the last day."},
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> None:
        """Say when the days are still to come, the wrong way round or too far apart."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since is None or until is None:
            return
        if since > self.today:
            self.add_error("since", "This day has not come yet: choose today, or a day before it.")
        if until < since:
            self.add_error("until", "This day comes before the first one.")
        elif (until - since).days >= LONGEST_PERIOD_DAYS:
            self.add_error("since", "Choose at most a year, and take one copy for each.")


class DayCopyForm(RecordCopyForm):
    """A copy of what counted at the end of a day."""

    field_order = ["as_of", "form", "reason"]

    as_of = forms.DateField(
        label="As of the end of",
        required=False,
        help_text="Left empty, it is as of now.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class RunsForm(forms.Form):
    """The runs that were begun in a period."""

    runs_since = forms.DateField(
        label="Begun from",
        error_messages={"required": "Choose the first day."},
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    runs_until = forms.DateField(
        label="Up to the end of",
        required=False,
        help_text="Left empty, it is up to today.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    runs_procedure = forms.ChoiceField(label="Procedure", required=False)
    runs_form = forms.ChoiceField(
        label="Copy of the runs",
        choices=CopyForm.choices,
        initial=CopyForm.PDF,
        widget=forms.RadioSelect,
    )
    runs_reason = forms.CharField(
        max_length=200,
        label="Why these runs are copied",
        help_text=REASON_HELP,
        error_messages=NO_REASON,
    )

    def __init__(self, *args: object, codes: Iterable[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as any form is made
        chosen = self.fields["runs_procedure"]
        chosen.choices = [("", "All procedures"), *((code, code) for code in codes)]  # type: ignore[attr-defined]  # a choice

    def clean(self) -> None:
        """Fill in today, and say when the days are the wrong way round or too far apart."""
        since = self.cleaned_data.get("runs_since")
        until = self.cleaned_data.get("runs_until") or timezone.localdate()
        self.cleaned_data["runs_until"] = until
        if since is None:
            return
        if until < since:
            self.add_error("runs_until", "This day comes before the first one.")
        elif (until - since).days > LONGEST_PERIOD_DAYS:
            self.add_error("runs_since", "Choose at most a year, and take one copy for each.")
