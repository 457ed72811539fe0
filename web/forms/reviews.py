"""What a reviewer of the trail says of the entries, and what a deferral needs."""

from collections.abc import Iterable

from django import forms

from web.forms.signing import SigningForm

OF_ENTRY = "finding-"


class SampleForm(forms.Form):
    """How many further entries are drawn, and the seed with which anybody draws the same."""

    sample = forms.IntegerField(
        required=False, min_value=0, max_value=200, label="Further entries to draw"
    )
    seed = forms.CharField(required=False, max_length=40, label="Seed")

    def size(self) -> int:
        """Return how many entries are drawn; none when it makes no sense."""
        return self.cleaned_data.get("sample") or 0 if self.is_valid() else 0


class ReviewForm(SigningForm):
    """Findings of single entries and of the whole; left empty, there are none."""

    findings = forms.CharField(
        required=False,
        max_length=2000,
        label="Findings of the whole",
        help_text="Left empty, the review says “none”.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    read_until = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    attempts_until = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: object, *, keys: Iterable[str]) -> None:
        super().__init__(data)
        for key in keys:
            self.fields[f"{OF_ENTRY}{key}"] = forms.CharField(
                required=False, max_length=1000, label="Finding"
            )

    def of_entries(self) -> dict[str, str]:
        """Return what was found of single entries, by their key."""
        return {
            name.removeprefix(OF_ENTRY): text
            for name, text in self.cleaned_data.items()
            if name.startswith(OF_ENTRY) and text
        }


class DeferralForm(SigningForm):
    """By which day the review will be done; why it is not done now, the signature's reason says."""

    due_on = forms.DateField(
        label="Reviewed by",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Say by which day the review will be done."},
    )
