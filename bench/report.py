"""One whole measurement, and the words around its table."""

import os
import platform

from django.db import connection

from bench.carrying import measure_carrying
from bench.ground import ground
from bench.pages import measure_pages
from bench.signing import measure_signing
from bench.steps import measure_steps
from bench.timing import Line, table
from bench.writing import measure_writes

CONDITIONS = """
    SELECT current_setting('server_version'), current_setting('fsync'),
        current_setting('shared_buffers'), pg_size_pretty(pg_database_size(current_database())),
        (SELECT count(*) FROM inventory_vial), (SELECT count(*) FROM custody_custodyevent)"""


def measured(*, vials: int, rounds: int) -> tuple[list[Line], str]:
    """Measure every page and action, and return the lines and how they are told."""
    stand = ground(vials=vials, rounds=rounds)
    lines = [
        *measure_pages(stand, rounds),
        *measure_writes(stand, rounds),
        *measure_steps(stand, rounds),
        *measure_signing(stand, rounds),
        *measure_carrying(stand, max(1, rounds // 10)),
    ]
    return lines, f"{_conditions(rounds)}\n\n{table(lines)}"


def _conditions(rounds: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(CONDITIONS)
        version, fsync, buffers, size, vials, events = cursor.fetchone()
    load = os.getloadavg()[0]
    return (
        f"{vials:,} vials, {events:,} ledger events, database of {size}; PostgreSQL {version}, "
        f"fsync {fsync}, shared_buffers {buffers}; Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, load average {load:.1f}; {rounds} rounds each.\n"
        "Pages: whole responses of one gunicorn worker over loopback, one request at a time. "
        "Actions: in this process, commit included. Bare SQL: the same rows, in this process."
    )
