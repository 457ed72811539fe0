"""Who signed which step, once for each person, whatever number of records it covers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from audit.models import Signature


@dataclass(frozen=True, kw_only=True)
class Signed:
    """One person's signature under one step, whatever number of records it covers."""

    change_id: int
    printed_name: str
    user_id: str
    role: str
    meaning: str
    reason: str
    signed_at: datetime


def signatures_of(change_ids: Sequence[int]) -> list[Signed]:
    """Return who signed these Changes, each person once for each; one query."""
    rows = Signature.objects.filter(change__in=change_ids).order_by("change", "signer", "pk")
    return [
        _signed(row) for row in sorted(rows.distinct("change", "signer"), key=lambda row: row.pk)
    ]


def _signed(row: Signature) -> Signed:
    return Signed(
        change_id=row.change_id,
        printed_name=row.printed_name,
        user_id=row.signer_user_id,
        role=row.role,
        meaning=row.get_meaning_display(),
        reason=row.reason,
        signed_at=row.signed_at,
    )


def signatures_under(model: type[Model], keys: Sequence[int]) -> dict[int, list[Signed]]:
    """Return the signatures under each of these records; one query."""
    found: dict[int, list[Signed]] = {}
    rows = Signature.objects.filter(record_table=model._meta.db_table, record_id__in=keys)
    for row in rows.order_by("pk"):
        found.setdefault(row.record_id, []).append(_signed(row))
    return found
