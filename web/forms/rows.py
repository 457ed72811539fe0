"""A table in a form: one row for each entry, more rows by a button, or all of it as JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from pydantic.fields import FieldInfo

from temperature.feeds.adapter import Settings
from temperature.feeds.fault_words import faults_of, label_of

BLANK_ROWS = 3
MOST_ROWS = 500
NO_JSON = "What was pasted is no JSON: {}. Mend it there, or clear it and fill in the rows."
NO_ROWS = "What was pasted is no list of rows: begin it with [ and end it with ]."


@dataclass(frozen=True, kw_only=True)
class Column:
    """One part of an entry; options: where it is chosen and not written; example: its default."""

    name: str
    label: str
    options: Sequence[str]
    example: str
    is_list: bool


def columns_of(model: type[Settings]) -> list[Column]:
    """Return the columns for the entries of a settings model."""
    return [_column(name, info) for name, info in model.model_fields.items()]


def _column(name: str, info: FieldInfo) -> Column:
    is_choice = get_origin(info.annotation) is Literal
    options = [str(value) for value in get_args(info.annotation)] if is_choice else []
    default = "" if info.is_required() else info.get_default(call_default_factory=True)
    return Column(
        name=name,
        label=label_of(name, info),
        options=options,
        example="" if isinstance(default, list) else str(default),
        is_list=get_origin(info.annotation) is list,
    )


class RowsInput(forms.Widget):
    """Draws the table; what is pasted as JSON takes the place of its rows."""

    use_fieldset = True
    input_type = "rows"

    def __init__(self, columns: Sequence[Column], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.columns = columns

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:  # noqa: ARG002 - as Django calls it
        """Return what was pasted, or the rows as they were written, empty ones among them."""
        pasted = str(data.get(name, "")).strip()
        return pasted or list(self._rows(data, name))

    def _rows(self, data: Mapping[str, Any], name: str) -> Iterator[dict[str, str]]:
        for number in range(MOST_ROWS):
            keys = {column.name: f"{name}-{number}-{column.name}" for column in self.columns}
            if not any(key in data for key in keys.values()):
                continue  # taken out by its button
            yield {part: str(data.get(key, "")).strip() for part, key in keys.items()}

    def render(self, name: str, value: Any, *_: Any, **__: Any) -> SafeString:
        """Draw the rows there are, and as many empty ones below however often it is drawn."""
        rows = list(value) if isinstance(value, list | tuple) else []
        while rows and not self.is_filled(rows[-1]):
            rows.pop()
        shown = [self._cells(name, number, row) for number, row in enumerate(rows)]
        shown += [self._cells(name, len(rows) + more, {}) for more in range(BLANK_ROWS)]
        context = {
            "name": name,
            "columns": self.columns,
            "rows": shown,
            "pasted": value if isinstance(value, str) else "",
        }
        return mark_safe(render_to_string("components/rows.html", context))  # noqa: S308 - drawn by a template that escapes

    def is_filled(self, row: Mapping[str, Any]) -> bool:
        """Say whether anything is written into a row; what is only chosen is none."""
        return any(row.get(column.name) for column in self.columns if not column.options)

    def _cells(self, name: str, number: int, row: Mapping[str, Any]) -> dict[str, Any]:
        cells = [
            {
                "column": column,
                "name": f"{name}-{number}-{column.name}",
                "value": _written(row.get(column.name, column.example if column.options else "")),
            }
            for column in self.columns
        ]
        return {"number": number + 1, "cells": cells}


class RowsField(forms.Field):
    """Entries of several parts, each checked as its own settings model says."""

    def __init__(self, *, model: type[Settings], **kwargs: Any) -> None:
        self.model, self.columns = model, columns_of(model)
        super().__init__(widget=RowsInput(self.columns), **kwargs)

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        """
        Return the entries, rows that were left empty apart.

        Raises ValidationError: naming each row and column that cannot be read.
        """
        rows = _pasted(value) if isinstance(value, str) else list(value or ())
        entries = [(number, self._entry(row)) for number, row in enumerate(rows, start=1)]
        kept = [(number, entry) for number, entry in entries if entry]
        if faults := [fault for number, entry in kept for fault in self._faults(number, entry)]:
            raise forms.ValidationError(faults)
        return [entry for _, entry in kept]

    def _entry(self, row: Any) -> dict[str, Any]:
        """Return what was written into a row; nothing where only choices stand in it."""
        if not isinstance(row, dict):
            raise forms.ValidationError(NO_ROWS)
        written = {name: value for name, value in row.items() if value not in ("", None)}
        chosen = {column.name for column in self.columns if column.options}
        if not written.keys() - chosen:
            return {}
        lists = {column.name for column in self.columns if column.is_list}
        return {
            name: value.replace(";", " ").split()
            if name in lists and isinstance(value, str)
            else value
            for name, value in written.items()
        }

    def _faults(self, number: int, entry: dict[str, Any]) -> Iterator[str]:
        for words in faults_of(self.model, entry):
            yield f"Row {number}, {words}"


def _pasted(value: str) -> list[Any]:
    try:
        found = json.loads(value) if value.strip() else []
    except ValueError as fault:
        raise forms.ValidationError(NO_JSON.format(fault)) from fault
    if not isinstance(found, list):
        raise forms.ValidationError(NO_ROWS)
    return found


def _written(value: Any) -> str:
    """Write a part as it is written into its cell."""
    if isinstance(value, list | tuple):
        return "; ".join(_written(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
