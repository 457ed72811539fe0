"""Changes and refused attempts that no seal has: those that wait, and those that were forged."""

from dataclasses import dataclass

from audit.models import Change, RefusedAttempt, Seal, SealedAttempt, SealedChange
from audit.seals.findings import Finding, Kind
from audit.seals.reading import patient_cursor

_MOST_NAMED = 1_000
_TABLES = (
    (Change._meta.db_table, SealedChange._meta.db_table, "change_id"),
    (RefusedAttempt._meta.db_table, SealedAttempt._meta.db_table, "attempt_id"),
)


@dataclass
class Unsealed:
    """What the newest seal left out: how many wait for the next one, and what was put in."""

    waiting: int
    inserted: list[Finding]


def look_for_unsealed(newest: Seal | None, *, low: int) -> Unsealed:
    """
    Tell what waits from what was put in behind the sealer.

    The newest seal closed every transaction before its horizon, and nothing can come from a
    transaction that has not begun. What is older or newer than that, and unsealed, was forged.
    low: transactions before it need no look; 0 for none.
    """
    unsealed = Unsealed(waiting=0, inserted=[])
    horizon = 0 if newest is None else newest.horizon
    for table, entries, column in _TABLES:
        with patient_cursor() as cursor:
            cursor.execute(_sql(table, entries, column), [newest is None, horizon, low, low])
            waiting, forged = cursor.fetchone()
        unsealed.waiting += waiting
        unsealed.inserted += [_forged(table, key) for key in forged or []]
    return unsealed


def _forged(table: str, key: int) -> Finding:
    return Finding(
        kind=Kind.INSERTED,
        table=table,
        key=key,
        change=key if table == Change._meta.db_table else None,
        words="no seal has it, though everything of its time is sealed",
    )


def _sql(table: str, entries: str, column: str) -> str:
    return f"""
        SELECT count(*) FILTER (WHERE waits),
            (array_agg(id ORDER BY id) FILTER (WHERE NOT waits))[:{_MOST_NAMED}]
        FROM (
            SELECT c.id, %s::boolean OR COALESCE(
                c.transaction_id >= %s::bigint AND c.transaction_id < GREATEST(
                    pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
                    1 + pg_current_xact_id_if_assigned()::text::bigint), false) AS waits
            FROM {table} c
            WHERE (%s::bigint = 0 OR c.transaction_id >= %s::bigint)
                AND NOT EXISTS (SELECT FROM {entries} s WHERE s.{column} = c.id)) unsealed"""
