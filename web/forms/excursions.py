"""What quality enters of an event: for each product, and where it differs for one excursion."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from custody.models import Cause
from custody.queries.excursion_events import Event, EventLine, EventProduct
from custody.rules.evaluating import CAUSE_NOT_SAID, NO_CAUSE, Decision
from web.forms.marks import GOES_WITH_OTHERS
from web.forms.signing import SigningForm

NO_IMPACT, IMPACT, LATER, AS_PRODUCT = "no_impact", "impact", "later", "product"
MEANINGS = (
    (NO_IMPACT, "No impact on this product"),
    (IMPACT, "Impact: its vials are not to be used"),
)
OF_PRODUCT = ((LATER, "Not on this sheet"), *MEANINGS)
OF_LINE = ((AS_PRODUCT, "As chosen below"), *MEANINGS, (LATER, "Not on this sheet"))
NONE_CHOSEN = "Choose what it means for one product at least."


@dataclass(frozen=True)
class LineFields:
    """One excursion for one product, with the field in which it is decided by itself."""

    line: EventLine
    decision: BoundField


@dataclass(frozen=True)
class ProductFields:
    """One product of the event with its lines and the fields that count for all of them."""

    about: EventProduct
    lines: Sequence[LineFields]
    fields: Sequence[BoundField]


class DecidingForm(SigningForm):
    """The cause, and why QA decides so: once for all that is signed on a sheet."""

    cause = forms.ChoiceField(
        choices=(("", "Choose the cause"), *Cause.choices),
        label="Cause",
        help_text="What is on record beside it only suggests.",
        error_messages={"required": NO_CAUSE.words},
    )
    cause_words = forms.CharField(
        required=False, max_length=2000, label="More about the cause", help_text="Always of Other."
    )
    reasoning = forms.CharField(
        max_length=8000,
        label="Why you decide so",
        help_text="It stands in each record that is signed here.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why you decide so: it is read later."},
    )

    def clean(self) -> dict[str, Any]:
        """Insist that another cause is named."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("cause") == Cause.OTHER and not cleaned.get("cause_words"):
            self.add_error("cause_words", CAUSE_NOT_SAID.words)
        return cleaned

    @property
    def of_all(self) -> Sequence[BoundField]:
        """The fields that count for every line of the sheet."""
        return [self[name] for name in ("cause", "cause_words", "reasoning")]


class EvaluationForm(DecidingForm):
    """What an event means, product by product, and why; all of it under one signing."""

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        for about in event.products:
            self._add(about)

    def _add(self, about: EventProduct) -> None:
        """Add the fields of one product; what is decided already is left as it is."""
        key, code = about.product.pk, about.product.code
        self.fields[f"decision_{key}"] = forms.ChoiceField(
            choices=OF_PRODUCT, initial=LATER, label=f"What it means for {code}"
        )
        for line in about.lines:
            self.fields[_line(about, line)] = forms.ChoiceField(
                choices=OF_LINE,
                initial=AS_PRODUCT if line.decision is None else LATER,
                label=f"{line.subject}, for {code}",
            )
        self.fields[f"comparison_{key}"] = words_field(
            f"Compared with the stability data of {code}", "Which data, and what they allow."
        )
        if about.is_beyond:
            self.fields[f"despite_limit_{key}"] = words_field(
                f"If no impact: why, although it was warmer than {code} may ever be",
                "Which stability data show it: study, temperature and time.",
            )
        self.fields[f"tells_physician_{key}"] = forms.BooleanField(
            required=False, label="Physician or patient must be told"
        )

    def clean(self) -> dict[str, Any]:
        """Insist that something is decided."""
        cleaned = super().clean()
        if not self.errors and not self.decisions():
            self.add_error(None, NONE_CHOSEN)
        return cleaned

    def decisions(self) -> list[Decision]:
        """Give one decision for each excursion and product that is decided; of a valid form."""
        return [
            decision
            for about in self.event.products
            for line in about.lines
            for decision in self._decision(about, line)
        ]

    def _decision(self, about: EventProduct, line: EventLine) -> Iterator[Decision]:
        said, key = self.cleaned_data, about.product.pk
        meaning = said[_line(about, line)]
        if meaning == AS_PRODUCT:
            meaning = said[f"decision_{key}"]
        if meaning == LATER:
            return
        is_despite = meaning == NO_IMPACT and line.is_beyond
        yield Decision(
            key=line.subject.pk,
            product_id=key,
            has_impact=meaning == IMPACT,
            cause=said["cause"],
            cause_words=said["cause_words"],
            comparison=said[f"comparison_{key}"],
            reasoning=said["reasoning"],
            tells_physician=said[f"tells_physician_{key}"],
            despite_limit=said[f"despite_limit_{key}"] if is_despite else "",
        )

    @property
    def products(self) -> Iterator[ProductFields]:
        """The fields of each product, as the sheet shows them."""
        for about in self.event.products:
            key = about.product.pk
            names = [f"{name}_{key}" for name in ("decision", "comparison", "despite_limit")]
            shown = [*names, f"tells_physician_{key}"]
            yield ProductFields(
                about=about,
                lines=[LineFields(line, self[_line(about, line)]) for line in about.lines],
                fields=[self[name] for name in shown if name in self.fields],
            )


def _line(about: EventProduct, line: EventLine) -> str:
    return f"decision_{about.product.pk}_{line.subject.pk}"


def words_field(label: str, hint: str) -> forms.CharField:
    """Give a field for words of one product."""
    return forms.CharField(
        required=False,
        max_length=8000,
        label=label,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 3, GOES_WITH_OTHERS: True}),
    )
