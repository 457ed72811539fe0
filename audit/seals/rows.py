"""Verifying what seals closed: every row anew, in the database, against manifest and root."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from operator import attrgetter

from django.db import connection

from audit.models import Seal, SealedAttempt, SealedChange
from audit.seals.findings import Finding, Kind
from audit.seals.layout import (
    ATTEMPTS,
    ENTRY_BYTES,
    Layout,
    manifests_of_changes,
    with_newer_tables,
)
from audit.seals.merkle import root_of
from audit.seals.reading import patient_cursor

CHANGES_OF, ATTEMPTS_OF = SealedChange._meta.db_table, SealedAttempt._meta.db_table
_AT_ONCE = 100
LEAF = b"\x00"


@dataclass(frozen=True)
class Entry:
    """One leaf of a seal, and whether its rows and its manifest are as they were sealed."""

    seal: int
    key: int
    ordinal: int
    leaf: bytes
    is_as_sealed: bool
    is_its_manifest: bool


@dataclass(frozen=True)
class Share:
    """What a seal closed of one kind: the entries found, and how the seal numbers and counts it."""

    seal: Seal
    table: str
    entries: Sequence[Entry]
    begins: int
    counts: int


def check_rows(seals: Sequence[Seal], layout: Layout) -> Iterator[Finding]:
    """
    Yield what is wrong with the rows that these consecutive seals closed, seal by seal.

    layout: the one of all these seals.
    """
    numbers = [seals[0].number, seals[-1].number]
    with patient_cursor() as cursor:
        cursor.execute(_changes_sql(with_newer_tables(layout)), numbers)
        changes = _entries(cursor.fetchall())
        cursor.execute(_attempts_sql(layout), numbers)
        attempts = _entries(cursor.fetchall())
    by_seal = _by_seal(changes), _by_seal(attempts)
    for seal in seals:
        closed = Share(seal, CHANGES_OF, by_seal[0].get(seal.number, []), 0, seal.changes)
        refused = Share(
            seal, ATTEMPTS_OF, by_seal[1].get(seal.number, []), seal.changes, seal.attempts
        )
        found = [*_check_share(closed, layout), *_check_share(refused, layout)]
        root = root_of([entry.leaf for entry in (*closed.entries, *refused.entries)]).hex()
        if not found and root != seal.root:
            found = [_rewritten(seal)]
        yield from found


def _entries(rows: Sequence[tuple[int, int, int, bytes, bool, bool]]) -> list[Entry]:
    return [
        Entry(seal, key, ordinal, bytes(leaf), is_as_sealed, is_its_manifest)
        for seal, key, ordinal, leaf, is_as_sealed, is_its_manifest in rows
    ]


def _by_seal(entries: Sequence[Entry]) -> dict[int, list[Entry]]:
    return {number: list(own) for number, own in groupby(entries, key=attrgetter("seal"))}


def _check_share(share: Share, layout: Layout) -> Iterator[Finding]:
    bad = [entry for entry in share.entries if not (entry.is_as_sealed and entry.is_its_manifest)]
    for start in range(0, len(bad), _AT_ONCE):
        yield from _explain(share.table, bad[start : start + _AT_ONCE], layout)
    yield from _check_order(share)


def _check_order(share: Share) -> Iterator[Finding]:
    """Yield the first entry out of place: keys ascend with the ordinals, which have no gap."""
    before = 0
    for ordinal, entry in enumerate(share.entries, start=share.begins):
        if entry.ordinal != ordinal:
            yield _out_of_place(share, Kind.MISSING, None, f"entry {ordinal} is gone")
            return
        if entry.key < before:
            words = f"it stands behind {before} in its seal"
            yield _out_of_place(share, Kind.REORDERED, entry.key, words)
            return
        before = entry.key
    there = len(share.entries)
    if there != share.counts:
        kind = Kind.MISSING if there < share.counts else Kind.INSERTED
        key = None if there < share.counts else share.entries[-1].key
        words = f"the seal closed {share.counts} of these, {there} are there"
        yield _out_of_place(share, kind, key, words)


def _explain(table: str, entries: Sequence[Entry], layout: Layout) -> Iterator[Finding]:
    """Yield each row of these entries that differs, by table and key."""
    tables = with_newer_tables(layout)
    sql = _found_changes(tables) if table == CHANGES_OF else _found_attempts(layout)
    keys = [entry.key for entry in entries]
    with patient_cursor() as cursor:
        cursor.execute(sql, [keys, keys] if table == CHANGES_OF else [keys])
        manifests = {key: (bytes(kept), bytes(found)) for key, kept, found in cursor.fetchall()}
    for entry in entries:
        kept, found = manifests[entry.key]
        if sha256(LEAF + kept).digest() != entry.leaf:
            yield _of_manifest(table, entry)
            if sha256(LEAF + found).digest() == entry.leaf:
                continue  # the records are as they were: only the seal's own copy was altered
        yield from _differences(table, entry, kept, found, tables)


def _differences(
    table: str, entry: Entry, kept: bytes, found: bytes, tables: Layout
) -> Iterator[Finding]:
    sealed, present = _parsed(kept), _parsed(found)
    for number, key in sorted(sealed.keys() | present.keys()):
        before, now = sealed.get((number, key)), present.get((number, key))
        if before == now:
            continue
        kind, words = Kind.ALTERED, "the row is not what was sealed"
        if now is None:
            kind, words = Kind.MISSING, "the row was sealed and is gone"
        elif before is None:
            kind, words = Kind.INSERTED, "the row was not there when its change was sealed"
        yield Finding(
            kind=kind,
            table=tables[number].table if number < len(tables) else f"table {number}",
            key=key,
            change=entry.key if table == CHANGES_OF else None,
            seal=entry.seal,
            words=words,
        )


def _parsed(manifest: bytes) -> dict[tuple[int, int], bytes]:
    """Return the digests in a manifest by number of the table and key of the row."""
    parsed = {}
    for start in range(0, len(manifest), ENTRY_BYTES):
        entry = manifest[start : start + ENTRY_BYTES]
        number = int.from_bytes(entry[:2], "big")
        parsed[number, int.from_bytes(entry[2:10], "big", signed=True)] = entry[10:]
    return parsed


def _rewritten(seal: Seal) -> Finding:
    return Finding(
        kind=Kind.ALTERED,
        table=Seal._meta.db_table,
        key=seal.number,
        seal=seal.number,
        words="its entries and their rows agree with each other but do not have its root: "
        "an entry was rewritten together with its rows",
    )


def _of_manifest(table: str, entry: Entry) -> Finding:
    return Finding(
        kind=Kind.ALTERED,
        table=table,
        key=entry.key,
        change=entry.key if table == CHANGES_OF else None,
        seal=entry.seal,
        words="the entry's manifest does not have its leaf",
    )


def _out_of_place(share: Share, kind: Kind, key: int | None, words: str) -> Finding:
    return Finding(
        kind=kind,
        table=share.table,
        key=key,
        change=key if share.table == CHANGES_OF else None,
        seal=share.seal.number,
        words=words,
    )


def _changes_sql(tables: Layout) -> str:
    manifests = manifests_of_changes(tables, "(SELECT of FROM keys)::bigint[]")
    return f"""
        WITH sealed AS MATERIALIZED (
            SELECT change_id, seal_id, ordinal, leaf, manifest FROM {_quoted(CHANGES_OF)}
            WHERE seal_id BETWEEN %s AND %s),
        keys AS MATERIALIZED (SELECT array_agg(change_id) AS of FROM sealed)
        SELECT s.seal_id, s.change_id, s.ordinal, s.leaf,
            s.manifest IS NOT DISTINCT FROM m.manifest,
            s.leaf = sha256('\\x00'::bytea || s.manifest)
        FROM sealed s LEFT JOIN ({manifests}) m ON m.change = s.change_id
        ORDER BY s.seal_id, s.ordinal"""


def _attempts_sql(layout: Layout) -> str:
    table = layout[ATTEMPTS]
    return f"""
        SELECT s.seal_id, s.attempt_id, s.ordinal, s.leaf,
            s.manifest IS NOT DISTINCT FROM {table.entry(ATTEMPTS, "t")},
            s.leaf = sha256('\\x00'::bytea || s.manifest)
        FROM {_quoted(ATTEMPTS_OF)} s
        LEFT JOIN {_quoted(table.table)} t ON t.id = s.attempt_id
        WHERE s.seal_id BETWEEN %s AND %s ORDER BY s.seal_id, s.ordinal"""


def _found_changes(tables: Layout) -> str:
    manifests = manifests_of_changes(tables, "(SELECT of FROM keys)::bigint[]")
    return f"""
        WITH keys AS MATERIALIZED (SELECT %s::bigint[] AS of)
        SELECT s.change_id, s.manifest, COALESCE(m.manifest, '')
        FROM {_quoted(CHANGES_OF)} s LEFT JOIN ({manifests}) m ON m.change = s.change_id
        WHERE s.change_id = ANY(%s::bigint[])"""


def _found_attempts(layout: Layout) -> str:
    table = layout[ATTEMPTS]
    return f"""
        SELECT s.attempt_id, s.manifest, CASE WHEN t.id IS NULL THEN ''::bytea
            ELSE {table.entry(ATTEMPTS, "t")} END
        FROM {_quoted(ATTEMPTS_OF)} s
        LEFT JOIN {_quoted(table.table)} t ON t.id = s.attempt_id
        WHERE s.attempt_id = ANY(%s::bigint[])"""


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
