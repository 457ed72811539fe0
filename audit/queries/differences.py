"""What each change of a page wrote, old beside new: the first few records of each kind."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connection, models

from audit.queries.versions import (
    RecordVersion,
    history_models,
    kept_fields,
    records_shown,
    things_of,
)

SHOWN_OF_A_KIND = 2


@dataclass(frozen=True, kw_only=True)
class Differences:
    """The first records that a change wrote; `is_cut` when it wrote more."""

    records: Sequence[RecordVersion] = ()
    is_cut: bool = False


def differences_of(
    changes: Sequence[int], *, masked: Collection[str] = (), most: int = SHOWN_OF_A_KIND
) -> dict[int, Differences]:
    """
    Return what each of the changes wrote; one query, and one for each kind that is pointed at.

    masked: labels such as `inventory.PatientIdentity` of models whose values are not shown.
    most: records of a kind that are returned for each change.
    Source: 21 CFR 11.10(e); URS-34, URS-35.
    """
    found = _asked(changes, most)
    things = things_of([pair for pairs in found.values() for pair in pairs])
    shown: dict[int, list[RecordVersion]] = defaultdict(list)
    cut = set()
    for (change, model), pairs in found.items():
        if len(pairs) > most:
            cut.add(change)
        few = pairs[:most]
        hides = model._meta.label in masked
        shown[change] += records_shown(model, few, things, hides=hides)
    return {key: Differences(records=rows, is_cut=key in cut) for key, rows in shown.items()}


Pair = tuple[models.Model, object]


def _asked(
    changes: Sequence[int], most: int
) -> Mapping[tuple[int, type[models.Model]], list[Pair]]:
    by_label = {model._meta.label: model for model in history_models()}
    found: dict[tuple[int, type[models.Model]], list[Pair]] = defaultdict(list)
    if changes:
        with connection.cursor() as cursor:
            cursor.execute(_statement(), {"changes": list(changes), "most": most + 1})
            for label, change, row, was in cursor.fetchall():
                model = by_label[label]
                history = history_models()[model]
                found[change, model].append((_read(history, row), _read(history, was)))
    return found


@cache
def _statement() -> str:
    return " UNION ALL ".join(_of(model) for model in history_models())


def _of(model: type[models.Model]) -> str:
    table = connection.ops.quote_name(history_models()[model]._meta.db_table)
    # `+ 0`: found by their change and then sorted, not read in the order of their keys
    return f"""
        SELECT '{model._meta.label}', c.id, to_jsonb(h)::text, (
            SELECT to_jsonb(p)::text FROM {table} p
            WHERE p.id = h.id AND p.history_id < h.history_id
            ORDER BY p.history_id + 0 DESC LIMIT 1)
        FROM unnest(%(changes)s::bigint[]) c (id)
        CROSS JOIN LATERAL (
            SELECT history_id FROM {table} WHERE change_id = c.id
            ORDER BY history_id + 0 LIMIT %(most)s) k
        JOIN {table} h ON h.history_id = k.history_id
    """  # noqa: S608 - names of our own models, quoted


def _read(history: type[models.Model], text: str | None) -> Any:
    """Make a version of its row as JSON; numbers keep the digits that the database has."""
    if text is None:
        return None
    row = json.loads(text, parse_float=Decimal)
    fields: Iterable[Any] = [history._meta.get_field("history_type"), *kept_fields(history)]
    said = {field.attname: field.to_python(row[field.column]) for field in fields}
    return history(id=row["id"], **said)
