"""What is entered about how people are told of alarms; each form is signed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms

from temperature.channels.adapter import Way
from temperature.models import ChannelKind
from temperature.rules.channels import LAST_RANK
from temperature.rules.duty import LAST_ORDER
from temperature.rules.telling import BOUNDS, Rules
from web.forms.bounded import BoundedForm
from web.forms.by_settings import SettingsForm, fields_of
from web.forms.signing import SigningForm
from web.forms.storage import InstantInput

Choices = list[tuple[int, str]]
WITH_ADDRESSES = [ChannelKind.EMAIL, ChannelKind.SMS]


class ChannelForm(SettingsForm):
    """A channel: its rank, its heartbeat, and one field for each setting of its way."""

    def __init__(
        self, *args: Any, way: Way, kept: Mapping[str, object], is_new: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        own: dict[str, forms.Field] = {}
        if is_new:
            own["name"] = forms.CharField(label="Name", max_length=60)
        own["rank"] = forms.IntegerField(
            label="Rank", min_value=1, max_value=LAST_RANK,
            help_text="The lowest is used first; the next takes over when it does not work.",
        )  # fmt: skip
        own["try_every"] = forms.IntegerField(
            label="Try it every, in minutes", min_value=1, max_value=1440, initial=60
        )
        own |= fields_of(way.settings, kept, credentials=way.credentials, is_new=is_new)
        self.fields = own | self.fields

    @property
    def try_every(self) -> timedelta:
        """How often its heartbeat is tried."""
        return timedelta(minutes=self.cleaned_data["try_every"])


class ContactForm(SigningForm):
    """Where one person is reached by one kind of channel."""

    field_order = ["kind", "address"]

    kind = forms.ChoiceField(
        label="By", choices=[(kind.value, kind.label) for kind in WITH_ADDRESSES]
    )
    address = forms.CharField(
        label="Address",
        required=False,
        max_length=254,
        help_text="Such as name@example.org or +49301234567; empty: not that way any more.",
    )


class DutyForm(SigningForm):
    """Who is on call where, from when and until when."""

    field_order = ["site", "person", "order", "begins_at", "ends_at"]

    site = forms.TypedChoiceField(label="Site", coerce=int)
    person = forms.TypedChoiceField(label="Person", coerce=int)
    order = forms.IntegerField(
        label="Order",
        min_value=1,
        max_value=LAST_ORDER,
        initial=1,
        help_text="1 is told first, 2 when nobody acknowledged in time, and so on.",
    )
    begins_at = forms.DateTimeField(label="From", widget=InstantInput(), help_text="Local time.")
    ends_at = forms.DateTimeField(label="Until", widget=InstantInput(), help_text="Local time.")

    def __init__(self, *args: Any, sites: Choices, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = sites  # type: ignore[attr-defined]  # a choice field has choices
        self.fields["person"].choices = people  # type: ignore[attr-defined]  # a choice field has choices


class TellingRulesForm(BoundedForm):
    """One whole number for each rule, within its bounds."""

    bounds = BOUNDS

    def rules(self) -> Rules:
        """Give what was entered."""
        return Rules(**self.numbers())


class DrillForm(SigningForm):
    """Where a drill is started."""

    field_order = ["site"]

    site = forms.TypedChoiceField(label="Site", coerce=int)

    def __init__(self, *args: Any, sites: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = sites  # type: ignore[attr-defined]  # a choice field has choices


class ProbeDrillForm(SigningForm):
    """Which probe is warmed in a drill."""

    field_order = ["probe"]

    probe = forms.TypedChoiceField(label="Probe", coerce=int)

    def __init__(self, *args: Any, probes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["probe"].choices = probes  # type: ignore[attr-defined]  # a choice field has choices
