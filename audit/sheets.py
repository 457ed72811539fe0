"""What a sheet showed when it was signed: it signs once, and only records that are as it said."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db.models import Max, Model
from django.utils import timezone

from audit.authors import ShownSheet, Versions
from audit.constraints import refused_by
from audit.errors import Refusal
from audit.models import SignedSheet

SIGNED_BEFORE = Refusal(
    "SHEET_SIGNED",
    "This sheet was signed already, and signs only once: look at the record before you do more.",
)


def newest_versions(records: Iterable[tuple[type[Model], int]]) -> Versions:
    """Return the newest version of each record; one query for each model. 0: it has none yet."""
    keys: dict[str, list[int]] = {}
    for model, key in records:
        keys.setdefault(model._meta.label, []).append(key)
    return {label: _newest(label, wanted) for label, wanted in keys.items()}


def _newest(label: str, keys: Collection[int]) -> Mapping[int, int]:
    rows = _history(label).filter(id__in=keys).order_by().values_list("id")
    return dict.fromkeys(keys, 0) | dict(rows.annotate(newest=Max("history_id")))


def spend(sheet: ShownSheet) -> None:
    """
    Record in the open Change that this sheet was signed; whoever sent it twice waits here.

    Raises ActionRefused (SHEET_SIGNED).
    """
    with refused_by("audit_a_sheet_signs_once", SIGNED_BEFORE):
        SignedSheet.objects.create(
            nonce=sheet.nonce, shown_at=sheet.shown_at, versions=sheet.versions
        )


def refusals_of_changes_since(sheet: ShownSheet, *, change_id: int) -> list[Refusal]:
    """
    Name each record that somebody changed after the sheet was shown, and who it was.

    Asked when the action has written: whatever it touched is locked, so nothing slips in between.
    change_id: the open Change, whose own writing does not count.
    Source: 21 CFR 11.70; URS-52.
    """
    return [
        _changed(row)
        for label, versions in sheet.versions.items()
        for row in _newer(label, versions, change_id)
    ]


def _newer(label: str, versions: Mapping[int, int], change_id: int) -> Iterator[Any]:
    """Yield the newest version of each record that has another than the sheet showed."""
    if not versions:
        return
    rows = _history(label).filter(id__in=list(versions), history_id__gt=min(versions.values()))
    found = rows.exclude(change=change_id).select_related("change").order_by("history_id")
    newest = {row.id: row for row in found if row.history_id > versions[row.id]}
    yield from newest.values()


def _changed(row: Any) -> Refusal:
    change = row.change
    when = timezone.localtime(change.recorded_at).isoformat(sep=" ", timespec="seconds")
    return Refusal(
        "CHANGED_SINCE_SHOWN",
        f"{row.instance} was changed by {change.actor_name or change.device} at {when}, after "
        "this sheet was shown. Nothing was signed: read it as it is now, then sign.",
    )


def _history(label: str) -> Any:
    model: Any = apps.get_model(label)
    return model.history.model._default_manager
