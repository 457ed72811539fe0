"""What quality enters of warmth that no excursion tells of, product by product."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.forms import BoundField

from custody.queries.warm_events import WarmEvent
from custody.rules.evaluating import WarmthDecision
from web.forms.excursions import (
    IMPACT,
    LATER,
    NONE_CHOSEN,
    OF_PRODUCT,
    DecidingForm,
    words_field,
)

NOT_SHOWN = "Open the sheet again: it does not say what it showed."


@dataclass(frozen=True)
class WarmthFields:
    """One product of a warm unit, and the fields in which QA decides for it."""

    about: WarmEvent
    seen: BoundField
    fields: Sequence[BoundField]


class WarmthForm(DecidingForm):
    """What the warmth of a unit means, product by product, and why; under one signing."""

    def __init__(self, *args: Any, events: Sequence[WarmEvent], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.events = events
        for event in events:
            self._add(event)

    def _add(self, event: WarmEvent) -> None:
        key, code = event.product.pk, event.product.code
        self.fields[f"decision_{key}"] = forms.ChoiceField(
            choices=OF_PRODUCT, initial=LATER, label=f"What it means for {code}"
        )
        self.fields[f"comparison_{key}"] = words_field(
            f"Compared with the stability data of {code}", "Which data, and what they allow."
        )
        self.fields[f"despite_limit_{key}"] = words_field(
            f"If no impact: why, although it was warmer than {code} may ever be",
            "Which stability data show it: study, temperature and time.",
        )
        self.fields[f"tells_physician_{key}"] = forms.BooleanField(
            required=False, label="Physician or patient must be told"
        )
        self.fields[f"seen_{key}"] = SeenField(initial=(event.ended_at, event.peak))

    def clean(self) -> dict[str, Any]:
        """Insist that something is decided."""
        cleaned = super().clean()
        if not self.errors and not self.decisions():
            self.add_error(None, NONE_CHOSEN)
        return cleaned

    def decisions(self) -> list[WarmthDecision]:
        """Give one decision for each product that is decided; of a valid form."""
        said, found = self.cleaned_data, []
        for key in (event.product.pk for event in self.events):
            meaning, (seen_until, seen_peak) = said[f"decision_{key}"], said[f"seen_{key}"]
            if meaning != LATER:
                decision = WarmthDecision(
                    product_id=key,
                    has_impact=meaning == IMPACT,
                    cause=said["cause"],
                    cause_words=said["cause_words"],
                    comparison=said[f"comparison_{key}"],
                    reasoning=said["reasoning"],
                    tells_physician=said[f"tells_physician_{key}"],
                    despite_limit="" if meaning == IMPACT else said[f"despite_limit_{key}"],
                    seen_until=seen_until,
                    seen_peak=seen_peak,
                )
                found.append(decision)
        return found

    @property
    def products(self) -> Iterator[WarmthFields]:
        """The fields of each product, as the sheet shows them."""
        names = ("decision", "comparison", "despite_limit", "tells_physician")
        for event in self.events:
            key = event.product.pk
            yield WarmthFields(
                event, self[f"seen_{key}"], [self[f"{name}_{key}"] for name in names]
            )


class SeenField(forms.CharField):
    """Up to when, and how warm, the sheet showed it: an instant and °C."""

    widget = forms.HiddenInput

    def prepare_value(self, value: Any) -> Any:
        """Write an instant and a value as text."""
        if isinstance(value, str) or value is None:
            return value
        seen_until, peak = value
        return f"{seen_until.isoformat()} {peak!r}"

    def to_python(self, value: Any) -> Any:
        """Read them back."""
        try:
            seen_until, peak = str(value).split(" ")
            return datetime.fromisoformat(seen_until).astimezone(), float(peak)
        except ValueError:
            raise forms.ValidationError(NOT_SHOWN) from None
