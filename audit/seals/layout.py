"""Which tables and columns seals cover, and the SQL that digests their rows in the database."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db import connection, models

from audit.models import Change, RefusedAttempt, SealLayout

CHANGES, ATTEMPTS = 0, 1
ENTRY_BYTES = 42
"""One row in a manifest: two bytes for its table, eight for its key, 32 for its digest."""
_IN_SECONDS = (models.DateTimeField, models.DurationField)


@dataclass(frozen=True, kw_only=True)
class Table:
    """
    One table as a seal covers it.

    seconds: the columns digested as seconds since 1970, which no session's time zone changes.
    """

    table: str
    key: str
    columns: tuple[str, ...]
    seconds: frozenset[str]

    def text(self, row: str) -> str:
        """Return the SQL of the text of the row with this alias: a JSON list of its columns."""
        values = ", ".join(self._value(row, column) for column in self.columns)
        return f"json_build_array({values})::text"

    def digest(self, row: str) -> str:
        """Return the SQL of the digest of the row with this alias: SHA-256 of its text."""
        return f"sha256(convert_to({self.text(row)}, 'UTF8'))"

    def entry(self, number: int, row: str) -> str:
        """Return the SQL of the row's entry in a manifest."""
        key = f"{row}.{_quoted(self.key)}"
        return f"int2send({number}::int2) || int8send({key}::bigint) || {self.digest(row)}"

    def _value(self, row: str, column: str) -> str:
        value = f"{row}.{_quoted(column)}"
        return f"extract(epoch FROM {value})" if column in self.seconds else value


Layout = tuple[Table, ...]


@cache
def present_layout() -> Layout:
    """Return what a seal covers now: each Change, refused attempt, and row of evidence."""
    written = sorted((_table(model) for model in _evidence()), key=lambda table: table.table)
    return (_table(Change), _table(RefusedAttempt), *written)


def _evidence() -> Iterator[type[models.Model]]:
    """Yield the models whose rows the database points at the Change that wrote them."""
    for model in apps.get_models():
        if any(each.name == "stamped_with_change" for each in getattr(model._meta, "triggers", ())):
            yield model


def _table(model: type[models.Model]) -> Table:
    fields = [field for field in model._meta.concrete_fields if field.column]
    key = model._meta.pk
    if not isinstance(key, models.IntegerField):
        raise TypeError(f"{model._meta.label} has no number as its key; no manifest can name a row")
    return Table(
        table=model._meta.db_table,
        key=str(key.column),
        columns=tuple(str(field.column) for field in fields),
        seconds=frozenset(str(field.column) for field in fields if isinstance(field, _IN_SECONDS)),
    )


def as_json(layout: Layout) -> list[dict[str, Any]]:
    """Return a layout as it is kept."""
    return [
        {
            "table": table.table,
            "key": table.key,
            "columns": list(table.columns),
            "seconds": sorted(table.seconds),
        }
        for table in layout
    ]


def from_json(tables: Sequence[dict[str, Any]]) -> Layout:
    """Return the layout that was kept as `tables`."""
    return tuple(
        Table(
            table=each["table"],
            key=each["key"],
            columns=tuple(each["columns"]),
            seconds=frozenset(each["seconds"]),
        )
        for each in tables
    )


def digest_of(tables: Sequence[dict[str, Any]]) -> str:
    """Return the SHA-256 in hex of kept tables as canonical JSON."""
    text = json.dumps(tables, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def kept_layout() -> SealLayout:
    """Return the row of the present layout, kept the first time it is used."""
    tables = as_json(present_layout())
    digest = digest_of(tables)
    row = SealLayout.objects.filter(digest=digest).first()
    return row or SealLayout.objects.create(digest=digest, tables=tables)


def with_newer_tables(layout: Layout) -> Layout:
    """Return `layout` and behind it the tables it does not know, which hold nothing of its time."""
    known = {table.table for table in layout}
    return (*layout, *(table for table in present_layout() if table.table not in known))


def entries_of_changes(layout: Layout, keys: str) -> str:
    """
    Return the SQL of all that Changes wrote, as rows of `change` and `entry`.

    keys: SQL of an array of the Changes' keys.
    """
    change = layout[CHANGES]
    parts = [
        f"SELECT t.{_quoted(change.key)} AS change, {change.entry(CHANGES, 't')} AS entry "
        f"FROM {_quoted(change.table)} t WHERE t.{_quoted(change.key)} = ANY({keys})"
    ]
    for number, table in enumerate(layout):
        if number not in (CHANGES, ATTEMPTS):
            parts.append(
                f"SELECT t.change_id, {table.entry(number, 't')} "
                f"FROM {_quoted(table.table)} t WHERE t.change_id = ANY({keys})"
            )
    return " UNION ALL ".join(parts)


def manifests_of_changes(layout: Layout, keys: str) -> str:
    """Return the SQL of the manifest of each Change, as rows of `change` and `manifest`."""
    return (
        "SELECT w.change, string_agg(w.entry, ''::bytea ORDER BY w.entry) AS manifest "
        f"FROM ({entries_of_changes(layout, keys)}) w GROUP BY w.change"
    )


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
