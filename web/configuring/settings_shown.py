"""The settings of a source as its page shows them: in words, and its maps as tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from temperature.feeds.fault_words import inner_of, is_model, label_of
from temperature.feeds.registry import adapters
from temperature.models import Feed, FeedKind

SIGNS = {"\t": "tab", " ": "blank"}


@dataclass(frozen=True, kw_only=True)
class SettingLine:
    """One setting: what it is in words, or the rows of its table under `columns`."""

    label: str
    words: str = ""
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[tuple[str, str]]] = ()


def settings_lines(feed: Feed) -> list[SettingLine]:
    """Return the settings of a source in the order of the form that sets it up."""
    kind = FeedKind(feed.kind)
    known = adapters()[kind].settings.model_fields if kind in adapters() else {}
    return list(_lines(known, feed.settings))


def _lines(known: Mapping[str, FieldInfo], kept: Mapping[str, object]) -> Iterator[SettingLine]:
    """Yield what is kept; what stands within another setting brings its own lines."""
    for name in [*filter(kept.__contains__, known), *(kept.keys() - known.keys())]:
        value, info = kept[name], known.get(name)
        inner = None if info is None else inner_of(info)
        if isinstance(value, Mapping):
            yield from _lines(inner.model_fields if is_model(inner) else {}, value)
            continue
        label = name if info is None else label_of(name, info)
        rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
        if rows and is_model(inner):
            yield _table(label, inner, rows)
        else:
            yield SettingLine(label=label, words=_in_words(value))


def _table(label: str, model: type[BaseModel], rows: Sequence[Mapping[str, object]]) -> SettingLine:
    columns = {name: label_of(name, info) for name, info in model.model_fields.items()}
    return SettingLine(
        label=label,
        columns=list(columns.values()),
        rows=[
            [(title, _in_words(row.get(name))) for name, title in columns.items()] for row in rows
        ],
    )


def _in_words(value: object) -> str:
    """Write a value as somebody would; empty where there is none."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, list):
        return "; ".join(_in_words(part) or "nothing" for part in value)
    return "" if value is None else SIGNS.get(str(value), str(value))
