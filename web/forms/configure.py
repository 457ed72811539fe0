"""What administrators enter when they set something up; each form is signed."""

from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms

from inventory.models import (
    UNITS,
    Category,
    ContainerType,
    Holds,
    LayoutKind,
    StorageClass,
    VialKind,
    Zone,
)
from inventory.rules.designs import Design
from inventory.rules.limits import Limits
from web.forms.signing import SigningForm
from web.forms.storage import InstantInput

Choices = list[tuple[int, str]]


class SponsorForm(SigningForm):
    """A sponsor."""

    name = forms.CharField(label="Name", max_length=100)


class SiteForm(SigningForm):
    """A site."""

    code = forms.CharField(label="Code", max_length=20, help_text="Short, as on labels.")
    name = forms.CharField(label="Name", max_length=100)
    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=[(zone, zone) for zone in sorted(available_timezones()) if "/" in zone],
        initial="Europe/Zurich",
    )


class ProgramForm(SigningForm):
    """A program of a sponsor."""

    sponsor = forms.TypedChoiceField(label="Sponsor", coerce=int)
    code = forms.CharField(label="Code", max_length=20)
    name = forms.CharField(label="Name", max_length=100)

    def __init__(self, *args: Any, sponsors: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sponsor"].choices = sponsors  # type: ignore[attr-defined]  # a choice field has choices


class ProductForm(SigningForm):
    """A product of a program."""

    program = forms.TypedChoiceField(label="Program", coerce=int)
    code = forms.CharField(
        label="Code", max_length=40, help_text="As the batch record and scheduling name it."
    )
    name = forms.CharField(label="Name", max_length=200)
    is_autologous = forms.TypedChoiceField(
        label="For whom",
        coerce=lambda value: value == "autologous",
        choices=[
            ("autologous", "Autologous: only for the patient who donated"),
            ("allogeneic", "Allogeneic: a bank, allocated to patients later"),
        ],
    )
    storage_class = forms.ChoiceField(label="Storage", choices=StorageClass.choices)

    def __init__(self, *args: Any, programs: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["program"].choices = programs  # type: ignore[attr-defined]  # a choice field has choices


LIFTED_SAID = {None: "", True: "yes", False: "no"}


def lifted_field() -> forms.TypedChoiceField:
    """Return the field that asks whether a container is taken out to reach what is in it."""
    return forms.TypedChoiceField(
        label="Taken out, with all it holds, to reach one thing in it",
        required=False,
        coerce=lambda said: said == "yes",
        empty_value=None,
        choices=[("", "As is usual for its kind"), ("yes", "Yes"), ("no", "No")],
        help_text="Racks, canisters, canes and boxes usually are. Everything in it is then exposed "
        "for as long as it is out.",
    )


class LiftingForm(SigningForm):
    """Whether containers of a type are taken out."""

    is_lifted = lifted_field()


class LicenceForm(SigningForm):
    """Whether a product is on the market under a licence."""

    is_licensed = forms.BooleanField(
        required=False, label="It is on the market under a licence (BLA)"
    )


class LimitsForm(SigningForm):
    """The next version of a product's stability limits; times in minutes."""

    warmest_allowed_celsius = forms.DecimalField(
        label="Warmest temperature allowed, °C", max_digits=5, decimal_places=1
    )
    longest_single = forms.DecimalField(
        label="Longest single exposure, minutes", min_value=0, max_digits=7, decimal_places=2
    )
    longest_total = forms.DecimalField(
        label="Longest total exposure, minutes", min_value=0, max_digits=7, decimal_places=2
    )
    most_exposures = forms.IntegerField(label="Most exposures", min_value=0)
    effective_at = forms.DateTimeField(
        label="In force from",
        required=False,
        widget=InstantInput(),
        help_text="Local time; empty means at once.",
    )

    def limits(self) -> Limits:
        """Give the limits as entered."""
        entered = self.cleaned_data
        return Limits(
            warmest_allowed_celsius=entered["warmest_allowed_celsius"],
            longest_single_exposure=timedelta(minutes=float(entered["longest_single"])),
            longest_total_exposure=timedelta(minutes=float(entered["longest_total"])),
            most_exposures=entered["most_exposures"],
        )


class ContainerTypeForm(SigningForm):
    """A type of container: its layout and what its places take."""

    name = forms.CharField(label="Name", max_length=60, help_text="Such as “Box 9 × 9”.")
    category = forms.ChoiceField(label="Kind", choices=Category.choices, initial=Category.BOX)
    layout = forms.ChoiceField(label="Places", choices=LayoutKind.choices, initial=LayoutKind.GRID)
    rows = forms.IntegerField(
        label="Rows, for a grid", required=False, min_value=1, max_value=24, initial=9
    )
    columns = forms.IntegerField(
        label="Columns, for a grid", required=False, min_value=1, max_value=100, initial=9
    )
    names = forms.CharField(
        label="Names of the places, one a line",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    limit = forms.IntegerField(label="Most things, for a bin", required=False, min_value=1)
    holds = forms.ChoiceField(label="A place holds", choices=Holds.choices, initial=Holds.VIAL)
    accepts = forms.MultipleChoiceField(
        label="It takes",
        widget=forms.CheckboxSelectMultiple,
        choices=[
            *VialKind.choices,
            *((kind.value, str(kind.label)) for kind in Category if kind not in UNITS),
        ],
        error_messages={"required": "Choose at least one kind of thing that goes in."},
    )
    storage_class = forms.ChoiceField(
        label="How cold, for a freezer or tank",
        required=False,
        choices=[("", "As cold as what it stands in"), *StorageClass.choices],
    )
    is_lifted = lifted_field()

    def design(self) -> Design:
        """Give the design as entered; what its layout does not use is left out."""
        entered = self.cleaned_data
        layout = LayoutKind(entered["layout"])
        is_grid = layout == LayoutKind.GRID
        named = entered["names"].splitlines() if layout == LayoutKind.NAMED else []
        return Design(
            category=Category(entered["category"]),
            layout=layout,
            holds=Holds(entered["holds"]),
            accepts=entered["accepts"],
            rows=entered["rows"] if is_grid else None,
            columns=entered["columns"] if is_grid else None,
            names=[name.strip() for name in named if name.strip()],
            limit=entered["limit"] if layout == LayoutKind.COUNTED else None,
            storage_class=entered["storage_class"],
            is_lifted=entered["is_lifted"],
        )


class UnitForm(SigningForm):
    """A freezer or tank at a site."""

    site = forms.TypedChoiceField(label="Site", coerce=int)
    type = forms.TypedChoiceField(label="Type", coerce=int)
    name = forms.CharField(label="Name", max_length=60, help_text="As it stands on the metal.")
    zone = forms.ChoiceField(label="Set aside for", choices=Zone.choices)

    def __init__(self, *args: Any, sites: Choices, types: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = sites  # type: ignore[attr-defined]  # a choice field has choices
        self.fields["type"].choices = types  # type: ignore[attr-defined]  # a choice field has choices


class ContainersForm(SigningForm):
    """Several containers of one type in the free places of another."""

    type = forms.TypedChoiceField(label="Type", coerce=int)
    name = forms.CharField(
        label="Names begin with", max_length=50, help_text="Such as “Box”: Box 1, Box 2, …"
    )
    first = forms.IntegerField(label="First number", min_value=1, initial=1)
    count = forms.IntegerField(label="How many", min_value=1, max_value=100, initial=1)
    zone = forms.ChoiceField(label="Set aside for", choices=Zone.choices)
    program = forms.TypedChoiceField(
        label="Only for program", required=False, coerce=int, empty_value=None
    )

    def __init__(
        self, *args: Any, types: list[ContainerType], programs: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [(kind.pk, kind.name) for kind in types]  # type: ignore[attr-defined]  # a choice field has choices
        self.fields["program"].choices = [("", "any program"), *programs]  # type: ignore[attr-defined]  # a choice field has choices

    def names(self) -> list[str]:
        """Give the name of each container."""
        entered = self.cleaned_data
        numbers = range(entered["first"], entered["first"] + entered["count"])
        return [f"{entered['name'].strip()} {number}" for number in numbers]
