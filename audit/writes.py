"""Writing many regulated rows at once, each with its history row, in one or two statements."""

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from django.db import connection
from django.db.models import Field, Model

from audit.models import RegulatedModel

Row = TypeVar("Row", bound=RegulatedModel)

AT_ONCE = 2000  # rows in one INSERT: PostgreSQL takes 65,535 values with a statement
OF_HISTORY_ITSELF = frozenset({"history_id", "history_date", "history_type", "change_id"})


def create_all(rows: Sequence[Row]) -> list[Row]:
    """Insert `rows` of one model with their history; return them with their keys."""
    if not rows:
        return []
    model = type(rows[0])
    made: list[Row] = list(model._default_manager.bulk_create(rows, batch_size=AT_ONCE))
    with connection.cursor() as cursor:
        cursor.execute(
            f"{into_history(model)} FROM {_table(model)} t WHERE t.id = ANY(%s::bigint[])",
            ["+", [row.pk for row in made]],
        )
    return made


def update_all(rows: Sequence[Row], fields: Sequence[str]) -> None:
    """
    Write `fields` of `rows`, all of one model and locked by the caller, with their history.

    Raises RuntimeError: a row does not exist.
    """
    if not rows:
        return
    model = type(rows[0])
    with connection.cursor() as cursor:
        cursor.execute(
            _update(model, tuple(fields)),
            [
                [row.pk for row in rows],
                *([_stored(field, row) for row in rows] for field in _columns(model, fields)),
                "~",
            ],
        )
        if cursor.rowcount != len(rows):
            raise RuntimeError(f"{cursor.rowcount} of {len(rows)} rows of {model} were written")


def _columns(model: type[Model], fields: Sequence[str]) -> list["Field[object, object]"]:
    named = [model._meta.get_field(name) for name in fields]
    return [field for field in named if isinstance(field, Field)]


@cache
def _update(model: type[Model], fields: tuple[str, ...]) -> str:
    """Return the statement that takes an array for the keys and one for each of `fields`."""
    columns = _columns(model, fields)
    targets = ", ".join(f"{_column(field)} = v.{_column(field)}" for field in columns)
    arrays = "".join(f", %s::{field.rel_db_type(connection)}[]" for field in columns)
    names = "".join(f", {_column(field)}" for field in columns)
    return f"""
        WITH written AS (
            UPDATE {_table(model)} t SET {targets}
            FROM unnest(%s::bigint[]{arrays}) AS v (id{names})
            WHERE t.id = v.id RETURNING t.*
        ) {into_history(model)} FROM written t
    """  # noqa: S608 - table, columns and types come from the model


@cache
def into_history(model: type[Model]) -> str:
    """Return the beginning of the statement that copies rows `t` into history; it takes a type."""
    history: type[Model] = model.history.model  # type: ignore[attr-defined] # simple-history's own
    kept = [
        _column(field)
        for field in history._meta.concrete_fields
        if field.column not in OF_HISTORY_ITSELF
    ]
    columns = ", ".join(kept)
    values = ", ".join(f"t.{column}" for column in kept)
    return (
        f"INSERT INTO {_table(history)} ({columns}, history_date, history_type) "
        f"SELECT {values}, clock_timestamp(), %s"
    )


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _column(field: "Field[object, object]") -> str:
    """Return the quoted column of a field that has one."""
    return connection.ops.quote_name(str(field.column))


def _stored(field: "Field[object, object]", row: Model) -> object:
    return field.get_db_prep_save(getattr(row, field.attname), connection)
