"""Who signed which step, once for each person, whatever number of records it covers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Model, When

from audit.models import Signature
from audit.queries.signatures import changed_since_signed
from custody.models import CustodyEvent

_LEDGER = CustodyEvent._meta.db_table


@dataclass(frozen=True, kw_only=True)
class Signed:
    """
    One person's signature under one step, whatever number of records it covers.

    changed_since: the record that was signed has another version now.
    """

    change_id: int
    printed_name: str
    user_id: str
    role: str
    meaning: str
    reason: str
    signed_at: datetime
    changed_since: bool = False


def signatures_of(change_ids: Sequence[int]) -> list[Signed]:
    """
    Return who signed these Changes, each person once for each; two queries.

    Entries of the ledger never change; what else was signed is compared with what it is now.
    """
    rows = Signature.objects.filter(change__in=change_ids).annotate(
        is_of_ledger=Case(When(record_table=_LEDGER, then=True), default=False)
    )
    once = rows.order_by("change", "signer", "is_of_ledger", "pk").distinct("change", "signer")
    found = sorted(once, key=lambda row: row.pk)
    changed = changed_since_signed([row for row in found if row.record_table != _LEDGER])
    return [_signed(row, changed) for row in found]


def _signed(row: Signature, changed: Collection[int]) -> Signed:
    return Signed(
        change_id=row.change_id,
        printed_name=row.printed_name,
        user_id=row.signer_user_id,
        role=row.role,
        meaning=row.get_meaning_display(),
        reason=row.reason,
        signed_at=row.signed_at,
        changed_since=row.pk in changed,
    )


def signatures_under(model: type[Model], keys: Sequence[int]) -> dict[int, list[Signed]]:
    """Return the signatures under each of these records, compared with what they are now."""
    found: dict[int, list[Signed]] = {}
    wanted = Signature.objects.filter(record_table=model._meta.db_table, record_id__in=keys)
    rows = list(wanted.order_by("pk"))
    changed = changed_since_signed(rows)
    for row in rows:
        found.setdefault(row.record_id, []).append(_signed(row, changed))
    return found
