"""Who signed one change, under how many records, and whether any changed since."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import models
from django.db.models import Q

from audit.models import Signature
from audit.signing import SignatureBlock, block_of, record_digests

MOST_CHECKED = 1000


@dataclass(frozen=True, kw_only=True)
class SignedChange:
    """
    One person's signature in a change.

    records: what was signed, in words. changed: how many of those were changed since.
    Source: 21 CFR 11.50(b), 11.70; URS-50, URS-53.
    """

    printed_name: str
    user_id: str
    role: str
    meaning: str
    reason: str
    signed_at: datetime
    records: str
    changed: int


def signed_in(change_id: int) -> list[SignedChange]:
    """Return the signatures of a change, by person and kind of record, each checked."""
    rows = list(Signature.objects.filter(change=change_id).order_by("pk")[:MOST_CHECKED])
    changed = changed_since_signed(rows)
    groups: dict[tuple[int, str], list[Signature]] = defaultdict(list)
    for row in rows:
        groups[row.signer_id, row.record_table].append(row)
    return [
        SignedChange(
            printed_name=group[0].printed_name,
            user_id=group[0].signer_user_id,
            role=group[0].role,
            meaning=group[0].get_meaning_display(),
            reason=group[0].reason,
            signed_at=group[0].signed_at,
            records=_records(group),
            changed=sum(1 for row in group if row.pk in changed),
        )
        for group in groups.values()
    ]


def _records(group: list[Signature]) -> str:
    model = _models()[group[0].record_table]
    name = model._meta.verbose_name if len(group) == 1 else model._meta.verbose_name_plural
    return f"{len(group)} {name}"


def _models() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models()}


def changed_since_signed(rows: Sequence[Signature]) -> set[int]:
    """
    Return the keys of the signatures whose record is not as it was signed.

    One query for each kind of record. Source: 21 CFR 11.70; URS-53.
    """
    kinds: dict[tuple[str, tuple[str, ...]], list[Signature]] = defaultdict(list)
    for row in rows:
        kinds[row.record_table, tuple(row.record_columns)].append(row)
    changed = set()
    for (table, columns), group in kinds.items():
        digests = record_digests(_models()[table], [row.record_id for row in group], columns)
        changed |= {row.pk for row in group if digests.get(row.record_id) != row.record_digest}
    return changed


def blocks_under(
    records: Iterable[tuple[type[models.Model], int]],
) -> dict[tuple[type[models.Model], int], list[SignatureBlock]]:
    """
    Return the signatures under each of these records, oldest first, compared with what they are.

    One query, and one for each kind of record that is signed.
    Source: 21 CFR 11.50(b); URS-50, URS-53.
    """
    wanted = {(model._meta.db_table, key): (model, key) for model, key in records}
    keys: dict[str, list[int]] = defaultdict(list)
    for table, key in wanted:
        keys[table].append(key)
    asked = Q(pk__in=[])
    for table, some in keys.items():
        asked |= Q(record_table=table, record_id__in=some)
    rows = list(Signature.objects.filter(asked).order_by("pk"))
    changed = changed_since_signed(rows)
    found: dict[tuple[type[models.Model], int], list[SignatureBlock]] = defaultdict(list)
    for row in rows:
        block = block_of(row, changed_since=row.pk in changed)
        found[wanted[row.record_table, row.record_id]].append(block)
    return dict(found)
