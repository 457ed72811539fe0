"""Events, signatures and audit entries of a dossier as tables for spreadsheets."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from reports.dossier.contents import AuditEntry, Dossier, EventPart
from reports.dossier.plain import as_plain
from reports.dossier.time_out_part import TimeOutPart
from reports.kit.bundle import csv_file

SIGNATURE_COLUMNS = (
    "printed_name",
    "user_id",
    "role",
    "meaning",
    "reason",
    "signed_at",
    "changed_since",
    "under",
    "change",
)


def events_csv(dossier: Dossier) -> bytes:
    """Write every custody event, one a row."""
    return _table(EventPart, dossier.events)


def times_out_csv(dossier: Dossier) -> bytes:
    """Write every time out of storage, one a row."""
    return _table(TimeOutPart, dossier.times_out)


def audit_csv(dossier: Dossier) -> bytes:
    """Write every audit entry, one a row."""
    return _table(AuditEntry, dossier.audit)


def signatures_csv(dossier: Dossier) -> bytes:
    """Write every signature, one a row for each record under which it stands."""
    rows = [
        [
            *(_text(getattr(part.block, name)) for name in SIGNATURE_COLUMNS[:7]),
            name,
            str(part.change),
        ]
        for part in dossier.signatures
        for name in part.under
    ]
    return csv_file(SIGNATURE_COLUMNS, rows)


def _table(kind: type[Any], parts: Sequence[object]) -> bytes:
    names = [field.name for field in fields(kind)]
    return csv_file(names, ([_text(getattr(part, name)) for name in names] for part in parts))


def _text(value: object) -> str:
    plain = as_plain(value)
    return "" if plain is None else str(plain)
