"""What a reviewer of access enters: a mark and a note for each line, and why a copy is made."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import AccessReviewLine, LineDecision
from accounts.reviewing import Said

_DECISION, _NOTE = "decision_", "note_"


class MarksForm(forms.Form):
    """For each line that is shown, its mark and its note; what is not marked is left as it is."""

    def __init__(self, *args: Any, lines: Iterable[AccessReviewLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = [line.pk for line in lines]
        for key in self.keys:
            self.fields[f"{_DECISION}{key}"] = forms.ChoiceField(
                choices=LineDecision.choices, required=False
            )
            self.fields[f"{_NOTE}{key}"] = forms.CharField(max_length=500, required=False)

    def said(self) -> dict[int, Said]:
        """Give the marks that were made."""
        entered = self.cleaned_data
        return {
            key: Said(
                decision=LineDecision(entered[f"{_DECISION}{key}"]), note=entered[f"{_NOTE}{key}"]
            )
            for key in self.keys
            if entered[f"{_DECISION}{key}"]
        }

    def typed(self, line: AccessReviewLine) -> tuple[str, str]:
        """Give the mark and the note of a line as they stand in the form now."""
        if not self.is_bound:
            return line.decision, line.note
        return (
            str(self.data.get(f"{_DECISION}{line.pk}", line.decision)),
            str(self.data.get(f"{_NOTE}{line.pk}", line.note)),
        )


class ReviewCopyForm(forms.Form):
    """In which form a review is copied, and why."""

    form = forms.ChoiceField(
        label="Copy",
        choices=[("pdf", "PDF, for reading and printing"), ("csv", "CSV, for spreadsheets")],
    )
    reason_to_copy = forms.CharField(
        max_length=200,
        label="Reason",
        help_text="It is kept in the register of exports.",
        error_messages={"required": "Say what the copy is for: it is kept in the register."},
    )
