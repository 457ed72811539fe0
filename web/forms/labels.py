"""On which stock labels are printed, and why."""

from collections.abc import Sequence
from typing import Any

from django import forms

from reports.labels.stock import STOCKS

VIAL_STOCKS = ("vial-roll", "vial-sheet", "bag-roll")
CONTAINER_STOCKS = ("box-roll", "unit-roll", "box-sheet")


class LabelForm(forms.Form):
    """
    One run of labels.

    first_place: places of the first sheet that are used up; rolls have none.
    """

    stock = forms.ChoiceField(label="Label stock")
    first_place = forms.IntegerField(
        label="Places used up on the first sheet",
        min_value=0,
        max_value=84,
        initial=0,
        help_text="For sheets only; leave 0 for a roll.",
    )
    reason = forms.CharField(
        label="Reason",
        max_length=200,
        error_messages={"required": "Say why: each print is kept with its reason."},
    )

    def __init__(self, *args: Any, stocks: Sequence[str], reprint: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stock"].choices = [(name, STOCKS[name].words) for name in stocks]  # type: ignore[attr-defined]  # a choice field has choices
        if reprint:
            self.fields["reason"].label = "Reason for printing again"
        else:
            self.fields["reason"].initial = "First labels"

    def clean(self) -> dict[str, Any]:
        """Refuse a place that the sheet does not have."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        sheet = STOCKS[cleaned["stock"]].sheet if "stock" in cleaned else None
        used = cleaned.get("first_place", 0)
        if sheet is not None and used >= sheet.places:
            words = f"The sheet has {sheet.places} labels: choose 0 to {sheet.places - 1}."
            self.add_error("first_place", words)
        return cleaned
