"""The audit trail of many records: every value before and after, with who, when and why."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import models

from audit.models import Change
from reports.dossier.contents import AuditEntry
from reports.kit.times import exact

Subjects = Mapping[type[models.Model], Collection[int]]
"""For each regulated model, the keys of the records whose trail is wanted."""

CREATED = "(created)"
VOIDED = "(closed)"
LONGEST_NAME = 120


def trail_of(subjects: Subjects) -> list[AuditEntry]:
    """
    Return the audit entries of the records, in the order of their Changes.

    A record's first version is one entry with all its values; later ones have one entry a field.
    Source: 21 CFR 11.10(e); URS-34, URS-35.
    """
    versions = {model: _versions(model, keys) for model, keys in subjects.items()}
    names = _names_of_related(versions)
    found = [
        (row.change_id, row.history_id, entry)
        for model, rows in versions.items()
        for row, entry in _entries(model, rows, names)
    ]
    found.sort(key=lambda item: item[:2])
    return [entry for _, _, entry in found]


def _versions(model: type[models.Model], keys: Collection[int]) -> list[Any]:
    history = model.history.model  # type: ignore[attr-defined] # every regulated model has it
    rows = history.objects.filter(id__in=list(keys)).select_related("change")
    return list(rows.order_by("id", "history_id"))


def _tracked(model: type[models.Model]) -> list["models.Field[Any, Any]"]:
    history = model.history.model  # type: ignore[attr-defined] # every regulated model has it
    kept = {field.name for field in history._meta.concrete_fields}
    return [f for f in model._meta.concrete_fields if f.name in kept and not f.primary_key]


Names = Mapping[type[models.Model], Mapping[Any, str]]


def _names_of_related(versions: Mapping[type[models.Model], list[Any]]) -> Names:
    """Name every record that a version points at; one query for each model."""
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for model, rows in versions.items():
        for field in _tracked(model):
            if isinstance(field.remote_field, models.ManyToOneRel):
                keys = {getattr(row, field.attname) for row in rows} - {None}
                wanted[field.remote_field.model] |= keys
    return {
        model: {
            row.pk: str(row)[:LONGEST_NAME] for row in model._default_manager.filter(pk__in=keys)
        }
        for model, keys in wanted.items()
    }


def _entries(
    model: type[models.Model], rows: Iterable[Any], names: Names
) -> Iterator[tuple[Any, AuditEntry]]:
    fields = _tracked(model)
    title = str(model._meta.verbose_name)
    before: dict[str, str] = {}
    last_id = None
    for row in rows:
        now = {field.name: _written(field, row, names) for field in fields}
        record = f"{title} {_called(row)}"
        if row.id != last_id:
            values = "; ".join(f"{name}: {text}" for name, text in now.items() if text)
            yield row, _entry(row.change, record, CREATED, "", values)
        elif row.history_type == "-":
            yield row, _entry(row.change, record, VOIDED, "in force", "taken back")
        else:
            for name, text in now.items():
                if text != before[name]:
                    yield row, _entry(row.change, record, name, before[name], text)
        before, last_id = now, row.id


def _called(row: Any) -> str:
    """Name a record the way people do, by its code when it has one."""
    for name in ("code", "coi", "number", "order_number", "pseudonym"):
        if hasattr(row, name):
            return str(getattr(row, name))
    return f"#{row.id}"


def _written(field: "models.Field[Any, Any]", row: Any, names: Names) -> str:
    value = getattr(row, field.attname)
    if value is None or value == "":
        return ""
    if isinstance(field.remote_field, models.ManyToOneRel):
        called = names[field.remote_field.model].get(value, "")
        return f"{called} [#{value}]".strip()
    if isinstance(value, datetime):
        return exact(value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)


def _entry(change: Change, record: str, field: str, old: str, new: str) -> AuditEntry:
    person = f"{change.actor_name} ({change.actor_user_id})" if change.actor_id else change.device
    return AuditEntry(
        change=change.pk,
        recorded_at=change.recorded_at,  # type: ignore[arg-type] # stamped by the database
        who=person,
        role=change.role,
        action=change.action,
        record=record,
        field=field,
        old=old,
        new=new,
        is_later=field != CREATED,
        reason=change.reason,
        device=change.device,
        procedure_step=change.procedure_step,
        request_id=change.request_id,
        app_version=change.app_version,
    )
