"""
Sealing and verifying many small changes: `python -m bench.sealing --changes 50000`.

The changes are written by bare SQL, through every trigger; what is measured is the product's.
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Sequence

import django

OPEN = """
    INSERT INTO audit_change (door, action, actor_user_id, actor_name, role, device, reason,
        procedure_step, request_id, app_version)
    SELECT 'machine', 'bench', '', '', '', 'bench', 'To measure', '', '', '' RETURNING id"""
IN_IT = """
    WITH t AS (
        INSERT INTO inventory_sponsor (name)
        SELECT format('Sponsor %%s of change %%s', n, %s::bigint) FROM generate_series(1, 4) n
        RETURNING *
    ) INSERT INTO inventory_historicalsponsor (id, name, history_date, history_type)
        SELECT id, name, clock_timestamp(), '+' FROM t"""


def main(arguments: Sequence[str]) -> int:
    """Write, seal and verify, and print what each took."""
    parser = argparse.ArgumentParser(prog="python -m bench.sealing", description=__doc__)
    parser.add_argument("--changes", type=int, default=50_000, help="how many to write")
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "freezer_inventory.settings")
    django.setup()
    sys.stdout.write(_measured(chosen.changes))
    return 0


def _measured(changes: int) -> str:
    from audit.seals.sealing import seal_trail  # needs the settings
    from audit.seals.verifying import verify_trail  # needs the settings

    seal_trail()
    _write(changes)
    before = _peak_megabytes()
    began = time.perf_counter()
    seals = seal_trail()
    sealed = time.perf_counter() - began
    rows = sum(seal.rows for seal in seals)
    after_sealing, began = _peak_megabytes(), time.perf_counter()
    outcome = verify_trail(since=seals[0].number)
    verified = time.perf_counter() - began
    return (
        f"{changes:,} changes, {rows:,} rows, {len(seals)} seals; load average "
        f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n"
        f"sealed    {sealed:6.1f} s  {changes / sealed:9,.0f} changes/s  "
        f"{rows / sealed:9,.0f} rows/s\n"
        f"verified  {verified:6.1f} s  {outcome.rows / verified:9,.0f} rows/s beside "
        f"{outcome.records:,} records; intact: {outcome.is_intact}\n"
        f"peak memory: {before} MB before, {after_sealing} MB after sealing, "
        f"{_peak_megabytes()} MB after verifying\n"
    )


def _write(changes: int) -> None:
    """Write small changes, each in a transaction of its own."""
    from django.db import connection, transaction  # needs the settings

    for _ in range(changes):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(OPEN)
            cursor.execute(IN_IT, cursor.fetchone())


def _peak_megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
