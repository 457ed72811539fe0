"""What the screens of cycle counts send: where to count, scans, and why one is abandoned."""

from django import forms


class StartForm(forms.Form):
    """Which container is counted, as scanned or typed, and which count is repeated."""

    code = forms.CharField(
        max_length=400,
        error_messages={"required": "Scan the container first, or choose it under Storage."},
    )
    recount_of = forms.IntegerField(min_value=1, required=False)


class ScanForm(forms.Form):
    """
    One code, a place, a word, or the whole list of a rack.

    entry: `scanned` when the page saw keys at a machine's pace, `button` for one of the buttons,
    `list` for a pasted list; else the code counts as typed.
    """

    code = forms.CharField(max_length=200_000, strip=False, required=False)
    entry = forms.CharField(max_length=10, required=False)

    @property
    def was_typed(self) -> bool:
        """Say whether a person may have typed the code: anything but a proven scan."""
        return self.cleaned_data["entry"] not in {"scanned", "button", "list"}


class AbandonForm(forms.Form):
    """Why a count ends without a result."""

    reason = forms.CharField(max_length=1000, error_messages={"required": "Say why."})
