"""Frozen values as plain JSON values, every field of every part, nothing left to choose."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from reports.kit.times import exact


def as_plain(value: object) -> object:
    """
    Turn a frozen dataclass, and all it holds, into dicts, lists, numbers and text.

    Raises TypeError: it holds something that has no JSON form.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return as_plain(value.value)
    if value is None or isinstance(value, bool | int | str):
        return value
    return _plain_of(value)


def _plain_of(value: object) -> object:
    if isinstance(value, datetime):
        return exact(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): as_plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [as_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no JSON form")
