"""The versions that one change wrote: each record's old values beside its new ones."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.apps import apps
from django.db import connection, models
from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone

MOST_SHOWN = 100
NOTHING = "nothing"
MASKED = "masked"
_OWN = frozenset({"history_id", "history_date", "history_type", "history_change_reason", "change"})
_KINDS = {"+": "created", "~": "changed", "-": "taken back"}

Names = Mapping[tuple[type[models.Model], object], str]


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
class Versions:
    """The records that a change wrote; `is_cut` when there are more than are shown."""

    records: Sequence[RecordVersion]
    is_cut: bool


def versions_of(change_id: int, *, masked: Collection[str] = ()) -> Versions:
    """
    Return what a change wrote, old beside new; two queries for each kind of record it touched.

    masked: labels such as `inventory.PatientIdentity` of models whose values are not shown.
    Source: 21 CFR 11.10(e); URS-34.
    """
    records: list[RecordVersion] = []
    is_cut = False
    for model in _touched(change_id):
        rows = _rows(model, change_id)
        is_cut = is_cut or len(rows) > MOST_SHOWN
        shown = rows[:MOST_SHOWN]
        records.extend(_records(model, shown, hides=model._meta.label in masked))
    return Versions(records=records, is_cut=is_cut)


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


def _rows(model: type[models.Model], change_id: int) -> list[tuple[models.Model, object]]:
    """Return the rows of a change, each with the key of the version before."""
    history = history_models()[model]
    earlier = (
        history._default_manager.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
        .order_by()
        .values("id")
        .annotate(last=Max("history_id"))
        .values("last")
    )
    rows = history._default_manager.filter(change=change_id).annotate(earlier=Subquery(earlier))
    found = list(rows.order_by("history_id")[: MOST_SHOWN + 1])
    before = history._default_manager.in_bulk([row.earlier for row in found if row.earlier])
    return [(row, before.get(row.earlier)) for row in found]


def _records(
    model: type[models.Model], rows: Sequence[tuple[models.Model, object]], *, hides: bool
) -> list[RecordVersion]:
    names = _names(rows)
    return [
        RecordVersion(
            kind=str(model._meta.verbose_name),
            label=MASKED if hides else _label(row),
            record_id=vars(row)["id"],
            how=_KINDS[vars(row)["history_type"]],
            fields=tuple(_fields(row, before, names, hides=hides)),
        )
        for row, before in rows
    ]


def _label(row: models.Model) -> str:
    return str(getattr(row, "instance", row))


def _own_fields(row: models.Model) -> "Iterable[models.Field[object, object]]":
    return (field for field in row._meta.concrete_fields if field.name not in _OWN | {"id"})


def _fields(
    row: models.Model, before: object, names: Names, *, hides: bool
) -> Iterator[FieldVersion]:
    is_taken_back = vars(row)["history_type"] == "-"
    for field in _own_fields(row):
        new = None if is_taken_back else vars(row)[field.attname]
        old = vars(row)[field.attname] if is_taken_back else _old(before, field)
        if old == new or (before is None and new in (None, "", [], {})):
            continue
        yield FieldVersion(
            label=str(field.verbose_name),
            old=MASKED if hides and old is not None else _shown(field, old, names),
            new=MASKED if hides and new is not None else _shown(field, new, names),
        )


def _old(before: object, field: "models.Field[object, object]") -> object:
    return None if before is None else vars(before)[field.attname]


def _names(
    rows: Sequence[tuple[models.Model, object]],
) -> dict[tuple[type[models.Model], object], str]:
    """Return what the things are called that these rows point at; one query for each kind."""
    wanted: dict[type[models.Model], set[object]] = {}
    for pair in rows:
        for row in pair:
            if isinstance(row, models.Model):
                _point(row, wanted)
    names: dict[tuple[type[models.Model], object], str] = {}
    for related, keys in wanted.items():
        for key, thing in related._default_manager.in_bulk(list(keys)).items():
            names[related, key] = str(thing)
    return names


def _point(row: models.Model, wanted: dict[type[models.Model], set[object]]) -> None:
    for field in _own_fields(row):
        key = vars(row)[field.attname]
        if field.is_relation and key is not None and isinstance(field.related_model, type):
            wanted.setdefault(field.related_model, set()).add(key)


def _shown(field: "models.Field[object, object]", value: object, names: Names) -> str:
    if value is None or value == "":
        return NOTHING
    if field.is_relation and isinstance(field.related_model, type):
        return names.get((field.related_model, value), f"no. {value}")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    choices = dict(field.flatchoices)
    return str(choices.get(value, value))
