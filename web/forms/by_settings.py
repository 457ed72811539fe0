"""Forms whose fields are those of a settings model, and a secret that is never shown."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, cast, get_args, get_origin

from django import forms
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from audit.errors import ActionRefused, Refusal
from temperature.feeds.adapter import FeedFailed, Settings
from temperature.feeds.fault_words import label_of
from temperature.kept_secrets import NO_KEY, can_keep, decrypted, encrypted
from web.forms.rows import RowsField
from web.forms.signing import SigningForm

OF_SETTINGS = "setting_"
CREDENTIALS = "secret"
SEALED = "sealed:"
WITHIN = "."


class SettingsForm(SigningForm):
    """A signed form for something that has settings of its own, and maybe a secret."""

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
        """Give the settings as entered; their own model checks them."""
        found: dict[str, object] = {}
        for name, value in self.cleaned_data.items():
            if not name.startswith(OF_SETTINGS) or value is None:
                continue
            *within, last = name.removeprefix(OF_SETTINGS).split(WITHIN)
            place = found
            for step in within:
                place = cast(dict[str, object], place.setdefault(step, {}))
            place[last] = value
        return found


def fields_of(
    model: type[Settings], kept: Mapping[str, object], *, credentials: str, is_new: bool
) -> dict[str, forms.Field]:
    """
    Return one field for each setting, and one for the secret where there is one.

    kept: the settings until now. credentials: what the secret is called; empty for none.
    """
    own = dict(_fields(model, kept, OF_SETTINGS))
    if credentials:
        own[CREDENTIALS] = _secret(credentials, is_new=is_new)
    return own


def _fields(
    model: type[Settings], kept: Mapping[str, object], prefix: str
) -> Iterator[tuple[str, forms.Field]]:
    """Yield the fields of a model; one that stands within another brings its own."""
    for name, info in model.model_fields.items():
        value = kept.get(name, PydanticUndefined)
        inner = info.annotation
        if isinstance(inner, type) and issubclass(inner, Settings):
            within = value if isinstance(value, Mapping) else {}
            yield from _fields(inner, within, f"{prefix}{name}{WITHIN}")
        else:
            yield prefix + name, _field(name, info, value)


def put_under_seal(secret: str) -> str:
    """Return a secret as it may wait on the server while somebody signs elsewhere."""
    return SEALED + encrypted(secret) if can_keep() and not secret.startswith(SEALED) else secret


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
        "label": label_of(name, info),
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
    if get_origin(info.annotation) is list:
        return RowsField(model=get_args(info.annotation)[0], **common)
    return _KINDS[info.annotation](**common)


_KINDS: dict[Any, type[forms.Field]] = {
    str: forms.CharField,
    bool: forms.BooleanField,
    int: forms.IntegerField,
    float: forms.FloatField,
}
