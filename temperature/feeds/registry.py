"""Which adapter belongs to which kind of source; a new module in this folder is enough."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from audit.errors import Refusal
from temperature import feeds
from temperature.feeds.adapter import Adapter, Settings
from temperature.feeds.fault_words import faults_of
from temperature.models import FeedKind


@cache
def adapters() -> Mapping[FeedKind, Adapter]:
    """Return the adapters by the kind of source: each module's `ADAPTER`."""
    found = {}
    for module in iter_modules(feeds.__path__, f"{feeds.__name__}."):
        adapter = getattr(import_module(module.name), "ADAPTER", None)
        if isinstance(adapter, Adapter):
            found[adapter.kind] = adapter
    return MappingProxyType(dict(sorted(found.items())))


def settings_of(kind: FeedKind, kept: Mapping[str, object]) -> Settings:
    """
    Return settings as the adapter of `kind` reads them.

    Raises pydantic's ValidationError: they are not what it needs.
    """
    return adapters()[kind].settings.model_validate(dict(kept))


def refusals_of_settings(kind: str, kept: Mapping[str, object]) -> list[Refusal]:
    """Say what is wrong with the settings of a source; empty when it can be asked with them."""
    if kind not in adapters():
        return [Refusal("UNKNOWN_KIND", f"Sources of kind “{kind}” are not read. Choose another.")]
    return refusals_of_entries(adapters()[FeedKind(kind)].settings, kept)


def refusals_of_secret(kind: str, kept: Mapping[str, object], secret: str) -> list[Refusal]:
    """Say why a source cannot be asked with this secret, or with none; settings come first."""
    if refusals_of_settings(kind, kept):
        return []
    adapter = adapters()[FeedKind(kind)]
    fault = adapter.fault_of_secret(settings_of(FeedKind(kind), kept), secret)
    return [Refusal("SECRET_UNFIT", fault)] if fault else []


def refusals_of_entries(settings: type[Settings], kept: Mapping[str, object]) -> list[Refusal]:
    """Say what is wrong with what was entered for such settings."""
    faults = faults_of(settings, kept)
    return [Refusal("SETTINGS_MALFORMED", f"{words[:1].upper()}{words[1:]}") for words in faults]
