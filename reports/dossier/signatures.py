"""Signatures under many records at once, each checked against the row as it is now."""

from collections import defaultdict
from collections.abc import Mapping

from django.apps import apps
from django.db import models
from django.db.models import Q

from audit.models import Signature
from audit.signing import SignatureBlock, record_digests
from reports.dossier.contents import SignaturePart

Records = Mapping[type[models.Model], Mapping[int, str]]
"""For each model, the records that may carry signatures: key and how they are called."""


def signatures_under(records: Records) -> list[SignaturePart]:
    """
    Return the signatures under these records, oldest first.

    What one person signed in one go, and is in the same state, is one part.
    Source: 21 CFR 11.50(b), 11.70; URS-50, URS-52, URS-53.
    """
    names = {model._meta.db_table: called for model, called in records.items()}
    wanted = Q(pk__in=[])
    for table, called in names.items():
        wanted |= Q(record_table=table, record_id__in=list(called))
    rows = list(Signature.objects.filter(wanted).order_by("pk"))
    intact = _intact(rows)
    groups: dict[tuple[int, int, str, bool], list[Signature]] = defaultdict(list)
    for row in rows:
        groups[row.change_id, row.signer_id, row.meaning, row.pk in intact].append(row)
    return [_part(group, intact, names) for group in groups.values()]


def _part(
    group: list[Signature], intact: set[int], names: Mapping[str, Mapping[int, str]]
) -> SignaturePart:
    first = group[0]
    return SignaturePart(
        block=SignatureBlock(
            printed_name=first.printed_name,
            user_id=first.signer_user_id,
            role=first.role,
            meaning=first.get_meaning_display(),
            reason=first.reason,
            signed_at=first.signed_at,
            changed_since=first.pk not in intact,
        ),
        under=tuple(names[row.record_table][row.record_id] for row in group),
        change=first.change_id,
    )


def _intact(rows: list[Signature]) -> set[int]:
    """Return the keys of the signatures whose record is still the version that was signed."""
    alike: dict[tuple[str, tuple[str, ...]], list[Signature]] = defaultdict(list)
    for row in rows:
        alike[row.record_table, tuple(row.record_columns)].append(row)
    models_by_table = {model._meta.db_table: model for model in apps.get_models()}
    intact: set[int] = set()
    for (table, columns), signed in alike.items():
        keys = {row.record_id for row in signed}
        digests = record_digests(models_by_table[table], keys, columns)
        intact |= {row.pk for row in signed if digests.get(row.record_id) == row.record_digest}
    return intact
