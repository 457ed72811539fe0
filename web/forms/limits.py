"""What QA enters about limits of temperature; each form is signed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.forms import BoundField

from inventory.models import StorageClass
from temperature.actions.add_limit_profile import Target
from temperature.models import Level, Quantity, Side
from temperature.rules.bands import Band
from temperature.rules.filling import RISE, WITHIN, FillRules
from temperature.rules.intervals import MOST_APART
from temperature.rules.limits import Limits
from web.forms.signing import SigningForm
from web.forms.storage import InstantInput

Choices = Sequence[tuple[int, str]]
MINUTES = "minutes"
OF_TEMPERATURE = ("most_apart",)
OF_LEVEL = (
    "least_hours",
    "critical_hours",
    "fills_from",
    "fills_every",
    "fill_rise",
    "fill_minutes",
)
"""The fields that only limits of one quantity have."""


@dataclass(frozen=True, kw_only=True)
class LevelRow:
    """The fields of one level: for each side its limit and delay."""

    level: str
    cells: Sequence[tuple[str, BoundField, BoundField]]


class LimitProfileForm(SigningForm):
    """A profile: what the limits to come are for."""

    name = forms.CharField(label="Name", max_length=60, help_text="Such as “Vapour tanks”.")
    quantity = forms.ChoiceField(label="Limits of", choices=Quantity.choices)
    target = forms.ChoiceField(
        label="For", help_text="The narrowest counts: a unit's own before its type's."
    )

    def __init__(self, *args: Any, units: Choices, types: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = [  # type: ignore[attr-defined]  # a choice field has choices
            ("Every unit of a storage class", [(f"class:{v}", w) for v, w in StorageClass.choices]),
            ("Every unit of a type", [(f"type:{key}", name) for key, name in types]),
            ("One unit", [(f"unit:{key}", name) for key, name in units]),
        ]

    def aimed_at(self) -> Target:
        """Give what the profile is for."""
        kind, _, key = self.cleaned_data["target"].partition(":")
        if kind == "class":
            return Target(storage_class=key)
        if kind == "type":
            return Target(container_type_id=int(key))
        return Target(unit_id=int(key))


class LimitVersionForm(SigningForm):
    """The next version of a profile's limits; delays in minutes, an empty limit sets none."""

    setpoint = forms.FloatField()
    dead_band = forms.FloatField(
        help_text="So far it must come back inside a limit before the excursion is over."
    )
    most_apart = forms.FloatField(
        label="Two probes of a unit may leave their mapped difference by, °C",
        initial=MOST_APART,
        required=False,
        help_text="Further apart for longer than three intervals, neither is believed.",
    )
    least_hours = forms.FloatField(
        label="Nitrogen must last for, hours",
        required=False,
        help_text="Warns when less is left until the gravest low limit; empty warns of nothing.",
    )
    critical_hours = forms.FloatField(
        label="Critical when it lasts for less than, hours",
        required=False,
        help_text="Empty where it never is.",
    )
    fills_from = forms.FloatField(
        label="The tank begins to fill at, %",
        required=False,
        help_text="Its own controller's level, or its filling contact; no rise calls for action.",
    )
    fills_every = forms.FloatField(
        label="It is filled at least every, hours",
        required=False,
        help_text="Action is called for when the level falls through two fills.",
    )
    fill_rise = forms.FloatField(
        label="A fill raises the level by, %", initial=RISE, required=False
    )
    fill_minutes = forms.FloatField(
        label="It has risen by that within, minutes", initial=WITHIN.seconds // 60, required=False
    )
    justification = forms.CharField(
        label="Why these limits and delays are right",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Name the stability study, the mapping or the maker's words.",
    )
    effective_at = forms.DateTimeField(
        label="In force from",
        required=False,
        widget=InstantInput(),
        help_text="Local time; empty means at once.",
    )

    def __init__(self, *args: Any, quantity: Quantity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = quantity.unit
        is_level = quantity is Quantity.LEVEL
        self.only_of = OF_LEVEL if is_level else OF_TEMPERATURE
        for other in OF_TEMPERATURE if is_level else OF_LEVEL:
            del self.fields[other]
        self.fields["setpoint"].label = f"Setpoint, {unit}"
        self.fields["dead_band"].label = f"Dead-band, {unit}"
        for side in Side:
            for level in Level:
                words = f"{level.label} {side.label.lower()}"
                name = f"{side}_{level}"
                self.fields[name] = forms.FloatField(label=f"{words}, {unit}", required=False)
                self.fields[f"{name}_{MINUTES}"] = forms.FloatField(
                    label=f"{words}, for longer than, minutes", required=False, min_value=0
                )

    def clean(self) -> dict[str, Any]:
        """Insist that a limit has its delay, and a delay its limit."""
        entered: dict[str, Any] = super().clean() or self.cleaned_data
        for side in Side:
            for level in Level:
                name = f"{side}_{level}"
                limit, delay = entered.get(name), entered.get(f"{name}_{MINUTES}")
                words = f"{level.label} {side.label.lower()}"
                if limit is not None and delay is None:
                    said = f"{words}: say for how many minutes; 0 means any reading."
                    self.add_error(f"{name}_{MINUTES}", said)
                if delay is not None and limit is None:
                    self.add_error(name, f"{words}: enter the limit, or leave both empty.")
        return entered

    def of_the_quantity(self) -> list[BoundField]:
        """Give the fields that only limits of this quantity have."""
        return [self[name] for name in self.only_of]

    def level_rows(self) -> Iterator[LevelRow]:
        """Yield the fields of each level, the mildest first, for the table of the sheet."""
        for level in Level:
            yield LevelRow(
                level=str(level.label),
                cells=[
                    (side.label, self[f"{side}_{level}"], self[f"{side}_{level}_{MINUTES}"])
                    for side in Side
                ],
            )

    def limits(self) -> Limits:
        """Give the limits as entered."""
        entered = self.cleaned_data
        return Limits(
            setpoint=entered["setpoint"],
            dead_band=entered["dead_band"],
            bands=[
                Band(
                    level,
                    side,
                    entered[f"{side}_{level}"],
                    timedelta(minutes=entered[f"{side}_{level}_{MINUTES}"]),
                )
                for side in Side
                for level in Level
                if entered.get(f"{side}_{level}") is not None
            ],
            justification=entered["justification"],
            least_hours=entered.get("least_hours"),
            critical_hours=entered.get("critical_hours"),
            most_apart=entered.get("most_apart") or MOST_APART,
            filling=_filling(entered),
        )


def _filling(entered: Mapping[str, Any]) -> FillRules | None:
    """Give how the tank is filled; None where neither a level nor a pace was entered."""
    starts_at, every = entered.get("fills_from"), entered.get("fills_every")
    if starts_at is None and every is None:
        return None
    minutes = entered.get("fill_minutes")
    return FillRules(
        starts_at=starts_at,
        every=None if every is None else timedelta(hours=every),
        rise=RISE if entered.get("fill_rise") is None else entered["fill_rise"],
        within=WITHIN if minutes is None else timedelta(minutes=minutes),
    )


def filling_initial(rules: FillRules | None) -> Mapping[str, float | None]:
    """Return what the fields of the fills hold before anything is entered."""
    if rules is None:
        return {}
    return {
        "fills_from": rules.starts_at,
        "fills_every": None if rules.every is None else rules.every / timedelta(hours=1),
        "fill_rise": rules.rise,
        "fill_minutes": rules.within / timedelta(minutes=1),
    }


def initial_of(bands: Sequence[Band]) -> Mapping[str, float]:
    """Return what the fields of these bands hold before anything is entered."""
    initial: dict[str, float] = {}
    for band in bands:
        name = f"{band.side}_{band.level}"
        initial[name] = band.limit
        initial[f"{name}_{MINUTES}"] = round(band.delay.total_seconds() / 60, 2)
    return initial
