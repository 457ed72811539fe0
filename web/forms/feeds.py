"""What administrators enter of a source of readings: its adapter says which settings there are."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms

from temperature.feeds.adapter import Adapter
from web.forms.by_settings import SettingsForm, fields_of

Choices = list[tuple[int, str]]


class FeedForm(SettingsForm):
    """
    A source: how often it is asked, its secret, and one field for each setting of its adapter.

    kept: its settings until now. sites: where it can stand; empty for one that is there already.
    accounts: who may send for it; empty for one that is asked.
    """

    def __init__(
        self,
        *args: Any,
        adapter: Adapter,
        kept: Mapping[str, object],
        sites: Choices,
        accounts: Choices,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        own: dict[str, forms.Field] = {}
        if sites:
            own["site"] = forms.TypedChoiceField(label="Site", coerce=int, choices=sites)
            own["name"] = forms.CharField(label="Name", max_length=60)
        if adapter.read is not None:
            own["every"] = forms.IntegerField(
                label="Ask it every, in seconds", min_value=10, max_value=86_400, initial=60
            )
        if accounts:
            own["account"] = forms.TypedChoiceField(
                label="Service account", coerce=int, choices=accounts,
                help_text="It sends with a token of this account.",
            )  # fmt: skip
        own |= fields_of(
            adapter.settings, kept, credentials=adapter.credentials, is_new=bool(sites)
        )
        self.fields = own | self.fields

    @property
    def every(self) -> timedelta:
        """How often the source is asked; one that sends or is brought is not."""
        return timedelta(seconds=self.cleaned_data.get("every", 60))
