"""Which changes touched a record, or changed one field: read from the history tables."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from audit.queries.versions import history_models, kept_fields

Keys = QuerySet[Any, Any]
Records = Mapping[type[models.Model], Collection[int] | Keys]
"""For each model, the keys of the records that are looked up: listed, or given by a query."""


NO_CHANGE = 2**63 - 1
"""A number that no change reaches."""


@dataclass(frozen=True, kw_only=True)
class About:
    """
    An object, as the trail knows it.

    records: what is looked up in history, by model: keys, or a query that gives them.
    also: queries that give further changes as `change`, such as those of ledger events.
    """

    records: Records = field(default_factory=dict)
    also: Sequence[Keys] = ()


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """
    A field that was given another value after its record was first entered.

    name: as models name it. value: text that its old or its new value contains; empty for any.
    """

    name: str
    value: str = ""


@cache
def field_names() -> dict[str, str]:
    """Return the fields that history keeps, by name, in the words that people read."""
    found = {
        field.name: str(field.verbose_name)
        for model in history_models()
        for field in kept_fields(history_models()[model])
    }
    words = {name: f"{label[:1].upper()}{label[1:]}" for name, label in found.items()}
    return dict(sorted(words.items(), key=lambda item: item[1]))


def changes_about(about: About) -> Q:
    """Return the condition of the changes that touched an object."""
    own = [
        _history(model).filter(id__in=keys).order_by().values("change")
        for model, keys in about.records.items()
    ]
    return _in_any([*own, *about.also])


def changes_of_field(
    wanted: FieldChange, *, records: Records | None, above: int = 0, below: int | None = None
) -> Q:
    """
    Return the condition of the changes that gave the field another value.

    records: only theirs; None for all. above, below: change numbers outside of which nothing is
    looked at, neither of them included.
    """
    asked: list[str] = []
    values: list[object] = []
    for model, history in history_models().items():
        if records is not None and model not in records:
            continue
        for kept in kept_fields(history):
            if kept.name == wanted.name:
                among = None if records is None else records[model]
                sql, own = _changed(history, str(kept.column), wanted.value, among)
                asked.append(f"{sql} AND h.change_id > %s AND h.change_id < %s")
                values += [*own, above, NO_CHANGE if below is None else below]
    if not asked:
        return Q(pk__in=[])
    return Q(pk__in=RawSQL(" UNION ".join(asked), values))  # noqa: S611 - built above, of our own models


def _changed(
    history: type[models.Model], name: str, value: str, among: Collection[int] | Keys | None
) -> tuple[str, list[object]]:
    """Return the statement of the changes in which a column differs from the version before."""
    table = connection.ops.quote_name(history._meta.db_table)
    column = connection.ops.quote_name(name)
    # the version before is looked up once for each row: as a subquery, each comparison asks anew
    sql = f"""
        SELECT h.change_id FROM {table} h CROSS JOIN LATERAL (
            SELECT p.{column} AS was FROM {table} p
            WHERE p.id = h.id AND p.history_id < h.history_id ORDER BY p.history_id DESC LIMIT 1) p
        WHERE h.history_type = '~' AND h.{column} IS DISTINCT FROM p.was"""  # noqa: S608 - names of our own models, quoted
    values: list[object] = []
    if value:
        holds = "strpos(lower({0}::text), lower(%s::text)) > 0"
        sql += f" AND ({holds.format(f'h.{column}')} OR {holds.format('p.was')})"
        values += [value, value]
    if isinstance(among, QuerySet):
        own, given = among.query.sql_with_params()
        sql += f" AND h.id IN ({own})"
        values += given
    elif among is not None:
        sql += " AND h.id = ANY(%s::bigint[])"
        values.append(list(among))
    return sql, values


def _history(model: type[models.Model]) -> "models.Manager[models.Model]":
    return history_models()[model]._default_manager


def _in_any(keys: Sequence[Keys]) -> Q:
    """Return the condition of the changes that any of these queries gives; of none without one."""
    if not keys:
        return Q(pk__in=[])
    return Q(pk__in=keys[0].union(*keys[1:]))
