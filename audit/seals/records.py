"""Verifying the records as they are now against the newest version that their history keeps."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models

from audit.seals.findings import Finding, Kind
from audit.seals.reading import patient_cursor

_OWN = frozenset({"history_id", "history_date", "history_type", "change_id"})
_AT_ONCE = 500


def recorded_models() -> list[type[models.Model]]:
    """Return the models that keep a history, by the names of their tables."""
    kept = (model for model in apps.get_models() if hasattr(model, "history"))
    return sorted(kept, key=lambda model: model._meta.db_table)


def count_records(model: type[models.Model]) -> int:
    """Return how many records of this kind there are."""
    with patient_cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {_table(model)}")
        (count,) = cursor.fetchone()
        return int(count)


def check_records(model: type[models.Model]) -> Iterator[Finding]:
    """Yield each record that is not as its newest version says, with the columns that differ."""
    with patient_cursor() as cursor:
        cursor.execute(_sql(model))
        while rows := cursor.fetchmany(_AT_ONCE):
            for key, change, is_there, has_history, is_closed, differing in rows:
                kind, words = Kind.ALTERED, f"not as its newest version: {', '.join(differing)}"
                if not has_history:
                    kind, words = Kind.INSERTED, "it has no history: no change made it"
                elif not is_there:
                    kind, words = Kind.MISSING, "its history goes on, the record is gone"
                elif is_closed:
                    kind, words = Kind.INSERTED, "a change took it back, and it is there again"
                yield Finding(
                    kind=kind, table=model._meta.db_table, key=key, change=change, words=words
                )


def _sql(model: type[models.Model]) -> str:
    history: type[models.Model] = model.history.model  # type: ignore[attr-defined] # simple-history's own
    key = connection.ops.quote_name(str(model._meta.pk.column))
    columns = [
        str(field.column) for field in history._meta.concrete_fields if field.column not in _OWN
    ]
    names = [connection.ops.quote_name(column) for column in columns]
    live, kept = (", ".join(f"{row}.{name}" for name in names) for row in ("t", "h"))
    differing = ", ".join(
        f"CASE WHEN t.{name} IS DISTINCT FROM h.{name} THEN '{column}' END"
        for name, column in zip(names, columns, strict=True)
    )
    return f"""
        SELECT COALESCE(t.{key}, h.{key}), h.change_id, t.{key} IS NOT NULL, h.{key} IS NOT NULL,
            h.history_type = '-', array_remove(ARRAY[{differing}]::text[], NULL)
        FROM (
            SELECT h.* FROM {_table(history)} h
            JOIN (SELECT {key} AS key, max(history_id) AS last FROM {_table(history)}
                GROUP BY 1) newest ON newest.last = h.history_id
        ) h FULL JOIN {_table(model)} t ON t.{key} = h.{key}
        WHERE CASE WHEN h.{key} IS NULL THEN true
            WHEN t.{key} IS NULL THEN h.history_type <> '-'
            ELSE h.history_type = '-' OR ({live}) IS DISTINCT FROM ({kept}) END
        ORDER BY 1"""


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)
