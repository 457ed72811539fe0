"""The entries of one seal: finding what is not sealed yet, and digesting it in the database."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.backends.utils import CursorWrapper

from audit.models import Change, RefusedAttempt, SealedAttempt, SealedChange
from audit.seals.layout import (
    ATTEMPTS,
    ENTRY_BYTES,
    manifests_of_changes,
    present_layout,
)

MOST_ENTRIES = 2_000
MOST_ROWS = 20_000
_FIRST_CHUNK, _GROWTH = 25, 4  # one Change may have written three rows or a hundred thousand


@dataclass
class Entries:
    """
    What was closed: leaves in the order of their ordinals.

    last: the key of the last one. is_whole: whether nothing is left that waits.
    """

    leaves: list[bytes] = field(default_factory=list)
    rows: int = 0
    last: int = 0
    is_whole: bool = True


def seal_changes(cursor: CursorWrapper, number: int, *, low: int, after: int) -> Entries:
    """
    Write the entries of waiting Changes, oldest key first, until the seal is full.

    number: of the seal, whose row follows. low: transactions before it need no look; 0 for none.
    after: only Changes with a higher key.
    """
    keys = _waiting(
        cursor, Change._meta.db_table, SealedChange._meta.db_table, "change_id", low, after
    )
    sealed = Entries(is_whole=len(keys) < MOST_ENTRIES)
    size = _FIRST_CHUNK
    while keys and sealed.rows < MOST_ROWS:
        chunk, keys, size = keys[:size], keys[size:], size * _GROWTH
        cursor.execute(_changes_sql(), [chunk, number, len(sealed.leaves)])
        _take(sealed, cursor.fetchall(), chunk)
    sealed.is_whole = sealed.is_whole and not keys
    return sealed


def seal_attempts(
    cursor: CursorWrapper, number: int, ordinal: int, *, low: int, after: int
) -> Entries:
    """Write the entries of waiting refused attempts, from this ordinal on."""
    table, entries = RefusedAttempt._meta.db_table, SealedAttempt._meta.db_table
    keys = _waiting(cursor, table, entries, "attempt_id", low, after)
    sealed = Entries(is_whole=len(keys) < MOST_ENTRIES)
    if keys:
        cursor.execute(_attempts_sql(), [number, ordinal, keys])
        _take(sealed, cursor.fetchall(), keys)
    return sealed


def _take(sealed: Entries, written: Sequence[tuple[int, bytes, int]], keys: list[int]) -> None:
    """
    Take what was written into the tree.

    Raises RuntimeError: a row is not there any more; nothing but tampering does that.
    """
    if len(written) != len(keys):
        raise RuntimeError(f"{len(written)} of {len(keys)} entries were sealed")
    for _, leaf, size in sorted(written):
        sealed.leaves.append(bytes(leaf))
        sealed.rows += size // ENTRY_BYTES
    sealed.last = keys[-1]


def _waiting(
    cursor: CursorWrapper, table: str, entries: str, column: str, low: int, after: int
) -> list[int]:
    """
    Return the keys that no seal has, lowest first.

    The order of commits is not the order of keys: a low key may come late. What was running when
    the last seal was made has a transaction at or behind its horizon, so only those are looked at.
    None can be of a transaction that has not begun: such a row was forged, and stays unsealed.
    """
    recent = (
        f"WITH recent AS MATERIALIZED (SELECT c.id FROM {table} c WHERE c.transaction_id >= %s "
        "AND c.transaction_id <= pg_current_xact_id()::text::bigint)"
    )
    cursor.execute(
        f"{recent if low else ''} SELECT c.id FROM {'recent' if low else table} c WHERE c.id > %s "
        f"AND NOT EXISTS (SELECT FROM {entries} s WHERE s.{column} = c.id AND s.{column} > %s) "
        f"ORDER BY c.id LIMIT {MOST_ENTRIES}",
        [*([low] if low else []), after, after],
    )
    return [key for (key,) in cursor.fetchall()]


def _changes_sql() -> str:
    layout = present_layout()
    manifests = manifests_of_changes(layout, "(SELECT of FROM keys)::bigint[]")
    return f"""
        WITH keys AS MATERIALIZED (SELECT %s::bigint[] AS of)
        INSERT INTO {connection.ops.quote_name(SealedChange._meta.db_table)}
            (change_id, seal_id, ordinal, leaf, manifest)
        SELECT m.change, %s::bigint, %s::bigint - 1 + row_number() OVER (ORDER BY m.change),
            sha256('\\x00'::bytea || m.manifest), m.manifest
        FROM ({manifests}) m
        RETURNING ordinal, leaf, octet_length(manifest)"""


def _attempts_sql() -> str:
    table = present_layout()[ATTEMPTS]
    return f"""
        INSERT INTO {connection.ops.quote_name(SealedAttempt._meta.db_table)}
            (seal_id, ordinal, attempt_id, leaf, manifest)
        SELECT %s::bigint, %s::bigint - 1 + row_number() OVER (ORDER BY t.id), t.id,
            sha256('\\x00'::bytea || {table.entry(ATTEMPTS, "t")}), {table.entry(ATTEMPTS, "t")}
        FROM {table.table} t WHERE t.id = ANY(%s::bigint[])
        RETURNING ordinal, leaf, octet_length(manifest)"""
