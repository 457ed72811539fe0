"""
What the write door costs: `python -m bench.door --rounds 300` under `make bench`'s servers.

One vial is given its place by bare SQL, commit included, in four ways: the row alone; with its
Change and history; with ledger and stay too; and all of it with every trigger and check on.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import django
from django.db import connection, transaction

TABLES = (
    "audit_change",
    "inventory_vial",
    "inventory_historicalvial",
    "custody_custodyevent",
    "custody_stay",
)
STAMPED = {
    "inventory_historicalvial.change_id": "current_setting('freezer.change_id')::bigint",
    "custody_custodyevent.change_id": "current_setting('freezer.change_id')::bigint",
    "custody_custodyevent.previous_hash": "''",
    "custody_custodyevent.hash": "''",
}
"""What triggers write, and what stands there while they are off."""
TAKEN_BACK = (
    "DELETE FROM custody_stay s USING custody_custodyevent e "
    "WHERE e.id = s.began_with_id AND e.hash = ''",
    "DELETE FROM custody_custodyevent WHERE hash = ''",
    "DELETE FROM inventory_historicalvial h USING audit_change c "
    "WHERE c.id = h.change_id AND c.action = 'bench'",
    "UPDATE inventory_vial v SET custody = h.custody, position_id = h.position_id, "
    "custodian_id = h.custodian_id FROM (SELECT DISTINCT ON (id) * FROM inventory_historicalvial "
    "ORDER BY id, history_id DESC) h WHERE h.id = v.id AND v.custody <> h.custody",
)
"""So that nothing stays in the database that no trigger saw."""
ROW = """
    UPDATE inventory_vial SET custody = 'in_storage', position_id = %(place)s, custodian_id = NULL
    WHERE id = %(vial)s"""
ALONE, WITH_HISTORY, WITH_LEDGER, WITH_TRIGGERS = range(4)
WAYS = (
    "the row alone",
    "with its Change and history",
    "with ledger and stay too",
    "all of it, every trigger and check on",
)


def main(arguments: Sequence[str]) -> int:
    """Measure the four ways, turn by turn, and print them beside the first."""
    parser = argparse.ArgumentParser(prog="python -m bench.door", description=__doc__)
    parser.add_argument("--rounds", type=int, default=300, help="how often each way is measured")
    parser.add_argument("--vials", type=int, default=10_000, help="load until there are so many")
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "freezer_inventory.settings")
    django.setup()
    sys.stdout.write(_measured(chosen.rounds, chosen.vials))
    return 0


def _measured(rounds: int, vials: int) -> str:
    from bench.ground import ground  # needs the settings
    from bench.timing import Times, timed  # needs the settings
    from bench.writing import WARM_UP  # needs the settings

    count = rounds + WARM_UP
    stand = ground(vials=vials, rounds=2 * count)
    took: list[Times] = []
    for way in range(len(WAYS)):
        at = slice(way * count, (way + 1) * count)
        pairs = zip(stand.in_hand[at], stand.free[at], strict=True)
        with _as_this_way_needs(way):
            writes = [partial(_write, way, vial.pk, place.pk) for vial, place in pairs]
            took.append(timed(writes, warm_up=WARM_UP))
    lines = (
        f"| {words} | {times.p50:.2f} | {times.p95:.2f} | {times.p50 / took[0].p50:.1f} |\n"
        for words, times in zip(WAYS, took, strict=True)
    )
    head = "| one vial is given its place | p50 ms | p95 ms | ratio |\n|---|---:|---:|---:|\n"
    return f"load average {os.getloadavg()[0]:.1f}, {rounds} rounds each\n{head}{''.join(lines)}"


@contextmanager
def _as_this_way_needs(way: int) -> Iterator[None]:
    """Switch the triggers off for all ways but the last; a default stamps what they would."""
    if way == WITH_TRIGGERS:
        yield
        return
    for table in TABLES:
        _execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for column, value in STAMPED.items():
        _execute(f"{_altering(column)} SET DEFAULT {value}")
    try:
        yield
    finally:
        for statement in TAKEN_BACK:
            _execute(statement)
        for column in STAMPED:
            _execute(f"{_altering(column)} DROP DEFAULT")
        for table in TABLES:
            _execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _altering(column: str) -> str:
    table, name = column.split(".")
    return f"ALTER TABLE {table} ALTER {name}"


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _write(way: int, vial: int, place: int) -> None:
    from bench.writing import BEGIN, CHANGE, EVENT, STAND  # needs the settings

    values: dict[str, int | str] = {"vial": vial, "place": place, "kind": "placed"}
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        if way == ALONE:
            cursor.execute(ROW, values)
            return
        cursor.execute(CHANGE)
        cursor.execute(STAND.replace(", %s FROM t", ", '~' FROM t"), values)
        if way != WITH_HISTORY:
            cursor.execute(EVENT, values)
            cursor.execute(BEGIN, values | {"event": cursor.fetchone()[0]})


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
