"""The versions that one change wrote: each record's old values beside its new ones."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import connection, models
from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone

MOST_SHOWN = 1000
NOTHING = "nothing"
MASKED = "masked"
_OWN = frozenset({"history_id", "history_date", "history_type", "history_change_reason", "change"})
_KINDS = {"+": "created", "~": "changed", "-": "taken back"}

Things = Mapping[tuple[type[models.Model], object], models.Model]
"""What records point at, by model and key."""

NAMED_BY = {Permission: ("content_type",)}
"""Relations that the name of a thing is made of, where it is not its own."""


@dataclass(frozen=True, kw_only=True)
class FieldVersion:
    """One field before and after."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class RecordVersion:
    """One record as a change left it: `how` is created, changed or taken back."""

    kind: str
    label: str
    record_id: int
    how: str
    fields: Sequence[FieldVersion]


@dataclass(frozen=True, kw_only=True)
class Further:
    """What of one kind is not shown any more: `after` is the key of the last version shown."""

    kind: str
    label: str
    after: int


@dataclass(frozen=True, kw_only=True)
class Versions:
    """The records that a change wrote; `further` says where those that are not shown begin."""

    records: Sequence[RecordVersion]
    further: Sequence[Further] = ()


def versions_of(
    change_id: int, *, masked: Collection[str] = (), only: str = "", after: int = 0
) -> Versions:
    """
    Return what a change wrote, old beside new; two queries for each kind of record it touched.

    masked: labels such as `inventory.PatientIdentity` of models whose values are not shown.
    only: the label of one model. after: the key of the version behind which its page begins.
    Source: 21 CFR 11.10(e); URS-34.
    """
    records: list[RecordVersion] = []
    further = []
    for model in _touched(change_id):
        label = model._meta.label
        if only and label != only:
            continue
        rows = _rows(model, change_id, after)
        shown = rows[:MOST_SHOWN]
        if len(rows) > MOST_SHOWN:
            last = vars(shown[-1][0])["history_id"]
            kind = str(model._meta.verbose_name_plural)
            further.append(Further(kind=kind, label=label, after=last))
        records.extend(records_shown(model, shown, things_of(shown), hides=label in masked))
    return Versions(records=records, further=further)


@cache
def history_models() -> dict[type[models.Model], type[models.Model]]:
    """Return every regulated model with the model of its history."""
    return {model: model.history.model for model in apps.get_models() if hasattr(model, "history")}


def _touched(change_id: int) -> list[type[models.Model]]:
    """Return the models that a change wrote to; one query for all."""
    by_label = {model._meta.label: model for model in history_models()}
    asked = " UNION ALL ".join(_asks(model) for model in history_models())
    with connection.cursor() as cursor:
        cursor.execute(asked, [change_id] * len(by_label))
        return [by_label[label] for (label,) in cursor.fetchall()]


def _asks(model: type[models.Model]) -> str:
    table = connection.ops.quote_name(history_models()[model]._meta.db_table)
    return (
        f"SELECT '{model._meta.label}' "  # noqa: S608 - names of our own models, quoted
        f"WHERE EXISTS (SELECT 1 FROM {table} WHERE change_id = %s)"
    )


def _rows(
    model: type[models.Model], change_id: int, after: int
) -> list[tuple[models.Model, object]]:
    """Return the rows of a change, each with the key of the version before."""
    history = history_models()[model]
    earlier = (
        history._default_manager.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
        .order_by()
        .values("id")
        .annotate(last=Max("history_id"))
        .values("last")
    )
    rows = history._default_manager.filter(change=change_id, history_id__gt=after)
    rows = rows.annotate(earlier=Subquery(earlier))
    found = list(rows.order_by("history_id")[: MOST_SHOWN + 1])
    before = history._default_manager.in_bulk([row.earlier for row in found if row.earlier])
    return [(row, before.get(row.earlier)) for row in found]


def records_shown(
    model: type[models.Model],
    rows: Sequence[tuple[models.Model, object]],
    things: Things,
    *,
    hides: bool,
) -> list[RecordVersion]:
    """
    Show versions, each with the one before, by the names of what they point at.

    hides: whether the values are masked.
    """
    return [
        RecordVersion(
            kind=str(model._meta.verbose_name),
            label=MASKED if hides else _label(model, row, things),
            record_id=vars(row)["id"],
            how=_KINDS[vars(row)["history_type"]],
            fields=tuple(_fields(row, before, things, hides=hides)),
        )
        for row, before in rows
    ]


def _label(model: type[models.Model], row: models.Model, things: Things) -> str:
    """
    Name a record; what its name is made of was read before.

    The library's own `instance` would read what history leaves out, row by row.
    """
    kept = list(kept_fields(row))
    record = model(
        pk=vars(row)["id"], **{field.attname: vars(row)[field.attname] for field in kept}
    )
    for field in kept:
        if field.is_relation and isinstance(field.related_model, type):
            thing = things.get((field.related_model, vars(row)[field.attname]))
            if thing is not None:
                setattr(record, field.name, thing)
    return str(record)


def kept_fields(
    history: type[models.Model] | models.Model,
) -> "Iterable[models.Field[object, object]]":
    """Return the fields of a record that its history keeps, without its key."""
    return (field for field in history._meta.concrete_fields if field.name not in _OWN | {"id"})


def _fields(
    row: models.Model, before: object, things: Things, *, hides: bool
) -> Iterator[FieldVersion]:
    is_taken_back = vars(row)["history_type"] == "-"
    for field in kept_fields(row):
        new = None if is_taken_back else vars(row)[field.attname]
        old = vars(row)[field.attname] if is_taken_back else _old(before, field)
        if old == new or (before is None and new in (None, "", [], {})):
            continue
        yield FieldVersion(
            label=str(field.verbose_name),
            old=MASKED if hides and old is not None else _shown(field, old, things),
            new=MASKED if hides and new is not None else _shown(field, new, things),
        )


def _old(before: object, field: "models.Field[object, object]") -> object:
    return None if before is None else vars(before)[field.attname]


def things_of(
    rows: Sequence[tuple[models.Model, object]],
) -> dict[tuple[type[models.Model], object], models.Model]:
    """Return the things that these rows point at; one query for each kind."""
    wanted: dict[type[models.Model], set[object]] = {}
    for pair in rows:
        for row in pair:
            if isinstance(row, models.Model):
                _point(row, wanted)
    things: dict[tuple[type[models.Model], object], models.Model] = {}
    for related, keys in wanted.items():
        found = related._default_manager.all()
        if related in NAMED_BY:  # without names, `select_related` takes every relation
            found = found.select_related(*NAMED_BY[related])
        things.update({(related, key): row for key, row in found.in_bulk(list(keys)).items()})
    return things


def _point(row: models.Model, wanted: dict[type[models.Model], set[object]]) -> None:
    for field in kept_fields(row):
        key = vars(row)[field.attname]
        if field.is_relation and key is not None and isinstance(field.related_model, type):
            wanted.setdefault(field.related_model, set()).add(key)


def _shown(field: "models.Field[object, object]", value: object, things: Things) -> str:
    if value is None or value == "":
        return NOTHING
    if field.is_relation and isinstance(field.related_model, type):
        return str(things.get((field.related_model, value), f"no. {value}"))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    choices = dict(field.flatchoices)
    return str(choices.get(value, value))
