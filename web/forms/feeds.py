"""What administrators enter of a source of readings: its adapter says which settings there are."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal, get_args, get_origin

from django import forms
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from audit.errors import ActionRefused, Refusal
from temperature.feed_secrets import NO_KEY, can_keep, decrypted, encrypted
from temperature.feeds.adapter import Adapter, FeedFailed
from web.forms.signing import SigningForm

OF_SETTINGS = "setting_"
CREDENTIALS = "secret"
SEALED = "sealed:"
Choices = list[tuple[int, str]]


class FeedForm(SigningForm):
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
        for name, info in adapter.settings.model_fields.items():
            own[OF_SETTINGS + name] = _field(name, info, kept.get(name, PydanticUndefined))
        if adapter.credentials:
            own[CREDENTIALS] = _secret(adapter.credentials, is_new=bool(sites))
        self.fields = own | self.fields

    @property
    def every(self) -> timedelta:
        """How often the source is asked; one that sends or is brought is not."""
        return timedelta(seconds=self.cleaned_data.get("every", 60))

    @property
    def secret(self) -> str:
        """
        The secret in the clear; empty when none was entered.

        Raises ActionRefused: it waited while somebody signed elsewhere, and the key is another.
        """
        entered: str = self.cleaned_data.get(CREDENTIALS, "")
        if not entered.startswith(SEALED):
            return entered
        try:
            return decrypted(entered.removeprefix(SEALED))
        except FeedFailed as failed:
            raise ActionRefused([Refusal("SECRET_UNREADABLE", failed.words)]) from failed

    def clean_secret(self) -> str:
        """Refuse a secret that could not be kept encrypted."""
        entered: str = self.cleaned_data[CREDENTIALS]
        if entered and not can_keep():
            raise forms.ValidationError(NO_KEY.words)
        return entered

    def settings(self) -> dict[str, object]:
        """Give the settings as entered; the adapter's own model checks them."""
        return {
            name.removeprefix(OF_SETTINGS): value
            for name, value in self.cleaned_data.items()
            if name.startswith(OF_SETTINGS) and value is not None
        }


def put_under_seal(secret: str) -> str:
    """Return a secret as it may wait on the server while somebody signs elsewhere."""
    return SEALED + encrypted(secret) if can_keep() and not secret.startswith(SEALED) else secret


class TableField(forms.JSONField):
    """Entries of several parts, as JSON; nothing is shown where there are none yet."""

    widget = forms.Textarea(attrs={"rows": 8, "spellcheck": "false"})

    def prepare_value(self, value: object) -> str:
        """Show JSON, one part a line."""
        if value is None or isinstance(value, str):
            return value or ""
        return json.dumps(value, indent=1, ensure_ascii=False)


class LinesField(forms.CharField):
    """Texts, one a line; an empty line is an empty text."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: object) -> object:
        """Show texts one a line."""
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: object) -> Any:
        """Return the texts of the lines."""
        return [line.strip() for line in str(value or "").split("\n")]


def _secret(label: str, *, is_new: bool) -> forms.Field:
    return forms.CharField(
        label=label, required=False, max_length=4000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Kept encrypted and never shown again."
        if is_new else "Empty keeps the one there is; it is never shown.",
    )  # fmt: skip


def _field(name: str, info: FieldInfo, kept: object) -> forms.Field:
    """Return the field of the form for one field of an adapter's settings."""
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    common: dict[str, Any] = {
        "label": name.replace("_", " ").capitalize(),
        "help_text": info.description or "",
        "initial": default if kept is PydanticUndefined else kept,
        "required": info.is_required(),
    }
    if get_origin(info.annotation) is Literal:
        options = [
            (value, "tab" if value == "\t" else str(value)) for value in get_args(info.annotation)
        ]
        return forms.ChoiceField(choices=options, **common)
    if get_origin(info.annotation) is list and get_args(info.annotation) == (str,):
        return LinesField(**common)
    if info.annotation in _KINDS:
        return _KINDS[info.annotation](**common)
    return TableField(**common)


_KINDS: dict[Any, type[forms.Field]] = {
    str: forms.CharField,
    bool: forms.BooleanField,
    int: forms.IntegerField,
    float: forms.FloatField,
}
