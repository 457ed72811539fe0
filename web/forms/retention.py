"""What quality enters about retention: months for each rule, and what is held."""

from typing import Any

from django import forms

from inventory.rules.retention import CATALOGUE, LONGEST_MONTHS
from web.forms.signing import SigningForm


class PeriodsForm(SigningForm):
    """Months for each rule of the catalogue; empty for one that does not apply."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, rule in CATALOGUE.items():
            least = rule.months or 1
            self.fields[code] = forms.IntegerField(
                required=False,
                label=f"{rule.source}: months after {rule.start}",
                min_value=least,
                max_value=LONGEST_MONTHS,
                help_text=f"At least {least}, where it applies",
            )

    def months(self) -> dict[str, int]:
        """Give what was entered, without the rules that were left empty."""
        entered = {code: self.cleaned_data[code] for code in CATALOGUE}
        return {code: months for code, months in entered.items() if months is not None}


class LegalHoldForm(SigningForm):
    """What is held; why, the signature's reason says."""

    subject = forms.CharField(
        max_length=100, label="Chain of identity, or batch number", strip=True
    )
