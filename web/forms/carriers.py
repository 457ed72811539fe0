"""Carriers: what quality enters of one, signed, and the choice of one at a check-out."""

from datetime import timedelta

from django import forms

from custody.actions.set_carrier import CarrierFacts
from custody.models import CarrierKind
from custody.queries.carriers import carrier_choices
from inventory.models import StorageClass
from web.forms.signing import SigningForm
from web.forms.storage import InstantInput


def choices() -> list[tuple[str, str]]:
    """Offer the open bench first."""
    return [("", "Open bench: the clock runs at once"), *carrier_choices()]


class WithCarrier(forms.Form):
    """A step that takes vials out: what they are carried in."""

    carrier = forms.TypedChoiceField(
        label="Carried in",
        required=False,
        coerce=int,
        empty_value=None,
        choices=choices,
        help_text="Within the time for which it was qualified, a carrier keeps vials cold.",
    )


class CarrierForm(SigningForm):
    """A carrier as its qualification describes it."""

    name = forms.CharField(
        label="Name, as on its label",
        max_length=60,
        help_text="A name that is known already gets a new version.",
    )
    kind = forms.ChoiceField(label="What it is", choices=CarrierKind.choices)
    storage_class = forms.ChoiceField(
        label="For what is stored in",
        required=False,
        choices=[("", "Anything"), *StorageClass.choices],
    )
    cold_for = forms.DecimalField(
        label="Minutes for which it keeps cold", min_value=0, max_digits=8, decimal_places=1
    )
    qualification = forms.CharField(
        label="Report of its qualification", max_length=200, required=False
    )
    qualified_until = forms.DateTimeField(
        label="Qualified until",
        required=False,
        widget=InstantInput,
        help_text="Leave empty for no end.",
    )
    is_in_use = forms.BooleanField(label="It is in use", required=False, initial=True)

    def facts(self) -> CarrierFacts:
        """Give what was entered."""
        entered = self.cleaned_data
        return CarrierFacts(
            name=entered["name"],
            kind=CarrierKind(entered["kind"]),
            storage_class=entered["storage_class"],
            cold_for=timedelta(minutes=float(entered["cold_for"])),
            qualification=entered["qualification"],
            qualified_until=entered["qualified_until"],
            is_in_use=entered["is_in_use"],
        )
