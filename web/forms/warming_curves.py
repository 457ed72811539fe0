"""Warming curves: what quality enters of a qualification, signed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from pydantic import Field

from custody.models import WarmingCurve, Way
from custody.rules.curves import CurveFacts
from inventory.models import StorageClass, VialKind
from temperature.feeds.adapter import Settings
from web.forms.rows import RowsField
from web.forms.signing import SigningForm
from web.forms.storage import InstantInput

GLASS = -135
"""Above what cryogenic product counts as warm until quality enters something else, °C."""


class PointRow(Settings):
    """One point of a curve."""

    seconds: float = Field(title="Seconds out", ge=0, allow_inf_nan=False)
    celsius: float = Field(title="Warmest place of the content, °C", allow_inf_nan=False)


class WarmingCurveForm(SigningForm):
    """A warming curve as its qualification describes it."""

    name = forms.CharField(
        label="Name",
        max_length=60,
        help_text="Such as “2 ml vial, open bench”. A known name gets a new version.",
    )
    kind = forms.ChoiceField(label="What was measured", choices=VialKind.choices)
    least_ml = forms.DecimalField(
        label="For volumes from, ml", min_value=0, max_digits=7, decimal_places=2
    )
    most_ml = forms.DecimalField(label="up to, ml", min_value=0, max_digits=7, decimal_places=2)
    storage_class = forms.ChoiceField(label="Taken from", choices=StorageClass.choices)
    way = forms.ChoiceField(label="Out in", choices=Way.choices)
    points = RowsField(
        model=PointRow,
        label="Points of the curve",
        help_text="The first at 0 s, as it left storage. Straight between the points; beyond the "
        "last one the temperature is unknown.",
    )
    warm_above = forms.DecimalField(
        label="A time out counts as warm above, °C",
        max_digits=5,
        decimal_places=1,
        initial=GLASS,
        help_text="Where the limits of a product are signed, their own temperature counts.",
    )
    qualification = forms.CharField(label="Report of the qualification", max_length=200)
    qualified_on = forms.DateField(
        label="Date of the report", widget=forms.DateInput(attrs={"type": "date"})
    )
    valid_until = forms.DateTimeField(
        label="Valid until",
        required=False,
        widget=InstantInput,
        help_text="Times out that begin later are unknown. Leave empty for no end.",
    )
    is_in_use = forms.BooleanField(label="It is in use", required=False, initial=True)

    def facts(self) -> CurveFacts:
        """Give what was entered."""
        entered = self.cleaned_data
        return CurveFacts(
            name=entered["name"],
            kind=VialKind(entered["kind"]),
            least_ml=entered["least_ml"],
            most_ml=entered["most_ml"],
            storage_class=StorageClass(entered["storage_class"]),
            way=Way(entered["way"]),
            points=[(float(row["seconds"]), float(row["celsius"])) for row in entered["points"]],
            warm_above=entered["warm_above"],
            qualification=entered["qualification"],
            qualified_on=entered["qualified_on"],
            valid_until=entered["valid_until"],
            is_in_use=entered["is_in_use"],
        )


def initial_of(row: WarmingCurve) -> Mapping[str, Any]:
    """Return what the form begins with where a curve gets another version."""
    return {
        "name": row.name,
        "kind": row.kind,
        "least_ml": row.least_ml,
        "most_ml": row.most_ml,
        "storage_class": row.storage_class,
        "way": row.way,
        "points": [{"seconds": seconds, "celsius": celsius} for seconds, celsius in row.points],
        "warm_above": row.warm_above_celsius,
        "qualification": row.qualification,
        "qualified_on": row.qualified_on.isoformat(),
        "valid_until": row.valid_until,
        "is_in_use": row.is_in_use,
    }
