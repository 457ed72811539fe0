"""What is entered to bring a file of readings."""

from typing import Any

from django import forms


class BringFileForm(forms.Form):
    """A file of a data logger, and the source that it belongs to."""

    feed = forms.TypedChoiceField(label="Source", coerce=int)
    file = forms.FileField(label="File", max_length=200)

    def __init__(self, *args: Any, feeds: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["feed"].choices = feeds  # type: ignore[attr-defined]  # a choice field has choices


class StoreFileForm(forms.Form):
    """Why a file is stored."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        initial="Readings of a data logger",
        error_messages={"required": "Say why these readings are stored."},
    )
