"""Rules that are whole numbers, each within its bounds; they are signed."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from web.forms.signing import SigningForm


class BoundedForm(SigningForm):
    """One whole number for each rule; bounds: its label, and the least and most it may be."""

    bounds: ClassVar[Mapping[str, tuple[str, int, int]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own: dict[str, forms.Field] = {
            name: forms.IntegerField(
                label=label, min_value=least, max_value=most, help_text=f"{least} to {most}"
            )
            for name, (label, least, most) in self.bounds.items()
        }
        self.fields = own | self.fields

    def numbers(self) -> dict[str, int]:
        """Give what was entered."""
        return {name: self.cleaned_data[name] for name in self.bounds}
