"""Inclusion proofs: rows of the trail with what joins each to a signed seal."""

from base64 import b64encode
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from audit.models import Change, RefusedAttempt, Seal, SealedAttempt, SealedChange
from audit.seals.canonical import canonical
from audit.seals.layout import ATTEMPTS, CHANGES, Layout, from_json
from audit.seals.merkle import path_of

PROOF_LAYOUT = 1
_OF_SEALS = ("seal__layout", "seal__after_gap")
Rows = Mapping[type[models.Model], Collection[int]]
"""For each table of evidence, the keys of the rows that are to be proven."""


@dataclass(frozen=True)
class _Sealed:
    """An entry of a seal: the Change or the refused attempt `key`, and its manifest."""

    seal: Seal
    key: int
    ordinal: int
    manifest: bytes


def prove(evidence: Rows) -> dict[str, Any]:
    """
    Return the proof of these rows, as `docs/check_proof.py` reads it.

    evidence: rows that a Change wrote (history, ledger, signatures), and refused attempts. The
    Change of each row is proven with it; of what else that Change wrote the proof holds digests.
    What no seal has closed yet is listed as waiting.
    Source: 21 CFR 11.10(b), (c); URS-38, URS-52, URS-76.
    """
    attempts = set(evidence.get(RefusedAttempt, ()))
    wanted = {m._meta.db_table: set(keys) for m, keys in evidence.items() if m != RefusedAttempt}
    changes = _changes_of(evidence)
    entries = _sealed_changes(changes)
    refused = _sealed_attempts(attempts)
    seals = {each.seal.number: each.seal for each in (*entries, *refused)}
    leaves = _leaves(list(seals))
    layouts = {seal.layout_id: from_json(seal.layout.tables) for seal in seals.values()}
    texts = _texts(entries, layouts, wanted) | _attempt_texts(refused, layouts)
    return {
        "proof": PROOF_LAYOUT,
        "layouts": {seal.layout.digest: seal.layout.tables for seal in seals.values()},
        "seals": [_seal_part(seals[number]) for number in sorted(seals)],
        "entries": [
            _entry_part(each, kind, leaves[each.seal.number], texts.get((kind, each.key), ()))
            for kind, found in (("change", entries), ("attempt", refused))
            for each in found
        ],
        "waiting": {
            "changes": sorted(changes - {each.key for each in entries}),
            "attempts": sorted(attempts - {each.key for each in refused}),
        },
    }


def _seal_part(seal: Seal) -> dict[str, Any]:
    text = canonical(seal, layout=seal.layout.digest).decode("ascii")
    return {"text": text, "digest": seal.digest, "signature": seal.signature}


def _entry_part(
    entry: _Sealed, kind: str, leaves: Sequence[bytes], texts: Sequence[tuple[int, int, str]]
) -> dict[str, Any]:
    path = path_of(leaves, entry.ordinal)
    return {
        "kind": kind,
        "key": entry.key,
        "seal": entry.seal.number,
        "ordinal": entry.ordinal,
        "path": [{"side": str(side), "node": node.hex()} for side, node in path],
        "manifest": b64encode(entry.manifest).decode("ascii"),
        "rows": [{"table": table, "key": key, "text": text} for table, key, text in texts],
    }


def _changes_of(evidence: Rows) -> set[int]:
    found: set[int] = set()
    for model, keys in evidence.items():
        if model is Change:
            found.update(keys)
        elif model is not RefusedAttempt:
            rows = model._default_manager.filter(pk__in=list(keys))
            found.update(rows.order_by().values_list("change_id", flat=True).distinct())
    return found


def _sealed_changes(keys: Collection[int]) -> list[_Sealed]:
    rows = SealedChange.objects.filter(change__in=keys).select_related(
        "seal__layout", "seal__after_gap"
    )
    return [
        _Sealed(row.seal, row.change_id, row.ordinal, bytes(row.manifest))
        for row in rows.order_by("change_id")
    ]


def _sealed_attempts(keys: Collection[int]) -> list[_Sealed]:
    rows = SealedAttempt.objects.filter(attempt__in=keys).select_related(
        "seal__layout", "seal__after_gap"
    )
    return [
        _Sealed(row.seal, row.attempt_id, row.ordinal, bytes(row.manifest))
        for row in rows.order_by("attempt_id")
    ]


def _leaves(seals: Sequence[int]) -> dict[int, list[bytes]]:
    """Return the leaves of each seal in the order of their ordinals."""
    found: dict[int, list[tuple[int, bytes]]] = defaultdict(list)
    for model in (SealedChange, SealedAttempt):
        rows = model._default_manager.filter(seal__in=seals).order_by()
        for seal, ordinal, leaf in rows.values_list("seal", "ordinal", "leaf"):
            found[seal].append((ordinal, bytes(leaf)))
    return {seal: [leaf for _, leaf in sorted(leaves)] for seal, leaves in found.items()}


def _texts(
    entries: Sequence[_Sealed], layouts: Mapping[int, Layout], wanted: Mapping[str, Collection[int]]
) -> dict[tuple[str, int], list[tuple[int, int, str]]]:
    """Return the rows of each Change as they are digested: number of the table, key, text."""
    by_layout: dict[int, list[int]] = defaultdict(list)
    for entry in entries:
        by_layout[entry.seal.layout_id].append(entry.key)
    found: dict[tuple[str, int], list[tuple[int, int, str]]] = defaultdict(list)
    for layout, changes in by_layout.items():
        for change, number, key, text in _rows(layouts[layout], changes, wanted):
            found["change", change].append((number, key, text))
    return found


def _rows(
    layout: Layout, changes: list[int], wanted: Mapping[str, Collection[int]]
) -> Iterator[tuple[int, int, int, str]]:
    own = layout[CHANGES]
    parts = [
        f"SELECT t.id, {CHANGES}, t.id, {own.text('t')} FROM {own.table} t "
        "WHERE t.id = ANY(%s::bigint[])"
    ]
    given: list[list[int]] = [changes]
    for number, table in enumerate(layout):
        keys = wanted.get(table.table)
        if keys and number not in (CHANGES, ATTEMPTS):
            quoted, key = map(connection.ops.quote_name, (table.table, table.key))
            parts.append(
                f"SELECT t.change_id, {number}, t.{key}, {table.text('t')} FROM {quoted} t "
                f"WHERE t.change_id = ANY(%s::bigint[]) AND t.{key} = ANY(%s::bigint[])"
            )
            given += [changes, list(keys)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts) + " ORDER BY 1, 2, 3", given)
        yield from cursor.fetchall()


def _attempt_texts(
    entries: Sequence[_Sealed], layouts: Mapping[int, Layout]
) -> dict[tuple[str, int], list[tuple[int, int, str]]]:
    found: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
    for layout in {entry.seal.layout_id for entry in entries}:
        table = layouts[layout][ATTEMPTS]
        keys = [entry.key for entry in entries if entry.seal.layout_id == layout]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT t.id, {table.text('t')} FROM {table.table} t "
                "WHERE t.id = ANY(%s::bigint[])",
                [keys],
            )
            found |= {("attempt", key): [(ATTEMPTS, key, text)] for key, text in cursor.fetchall()}
    return found


def keys_of_history(model: type[models.Model], keys: Collection[int]) -> tuple[Any, list[int]]:
    """Return the history of a regulated model, and the keys in it of all versions of records."""
    history = model.history.model  # type: ignore[attr-defined] # every regulated model has it
    rows = history.objects.filter(id__in=list(keys)).order_by().values_list("pk", flat=True)
    return history, list(rows)
