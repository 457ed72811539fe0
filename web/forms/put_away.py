"""What the put-away screen sends: a scan, or one of its buttons."""

from django import forms


class StepForm(forms.Form):
    """
    One code and how it came, or a button.

    entry: `scanned` when the page saw keys at a machine's pace, else the code counts as typed.
    step: the name of the button. position: the place that was chosen on the map.
    """

    code = forms.CharField(max_length=400, strip=False, required=False)
    entry = forms.CharField(max_length=10, required=False)
    step = forms.CharField(max_length=20, required=False)
    position = forms.IntegerField(min_value=1, required=False)

    @property
    def was_typed(self) -> bool:
        """Say whether a person may have typed the code: anything but a proven scan."""
        return bool(self.cleaned_data["entry"] != "scanned")
