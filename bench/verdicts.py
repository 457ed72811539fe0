"""
How fast the vials of a whole tank are judged: `python -m bench.verdicts`.

A new tank stood cold, then warm for some minutes: every vial has five entries in its ledger, and
is on hold under an open deviation. Beside the verdicts stands the bare SQL that only verifies the
same ledgers, in the same process. Processor seconds are those of Python alone and of its server.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import django

ROUNDS = 7
MOST = 10_000


def main(arguments: Sequence[str]) -> int:
    """Measure once and print the lines."""
    parser = argparse.ArgumentParser(prog="python -m bench.verdicts", description=__doc__)
    parser.add_argument("--racks", type=int, default=12, help="racks of 900 vials in the tank")
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "freezer_inventory.settings")
    django.setup()
    for line in _measured(chosen.racks):
        sys.stdout.write(f"{line}\n")
    return 0


def _measured(racks: int) -> list[str]:
    from custody.chain import check_chains
    from custody.models import CustodyEvent
    from custody.queries.verdicts import verdicts
    from inventory.models import Vial

    unit, at = _warmed_tank(racks)
    standing = Vial.objects.filter(position__container__unit=unit).order_by("pk")
    keys = list(standing.values_list("pk", flat=True)[:MOST])
    entries = CustodyEvent.objects.filter(vial__in=keys).count()
    told = sorted({str(each.verdict) for each in verdicts(keys, at=at).values()})
    bare = _timed(lambda: check_chains(keys))
    judged = _timed(lambda: verdicts(keys, at=at))
    return [
        f"load average {os.getloadavg()[0]:.1f}; {len(keys):,} vials, {entries:,} entries, "
        f"all {' or '.join(told)}; {ROUNDS} rounds",
        f"only their ledgers verified: {bare}",
        f"verdicts: {judged}",
    ]


def _warmed_tank(racks: int) -> tuple[int, datetime]:
    """Return the key of a tank that was filled while it was cold, and when it was cold again."""
    from django.db import connection
    from django.utils import timezone

    from bench.cold_tank import MINUTE, fit, full_tank, say
    from custody.watching import watch_due_holds
    from temperature.watching import judge_readings

    unit = full_tank(racks)
    at, before = timezone.now(), 120
    feed = fit(unit, at - before * MINUTE)
    say(feed, [(at - step * MINUTE, -190.0) for step in range(before, -1, -1)], at=at)
    judge_readings(at=at)
    then = at
    for minute, celsius in enumerate((-130.0, -120.0, -190.0, -190.0), start=1):
        then = at + minute * MINUTE
        say(feed, [(then, celsius)], at=then)
        judge_readings(at=then)
    watch_due_holds(at=then)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return unit.pk, then


def _timed(act: Callable[[], object]) -> str:
    """Return the least and the middle of the times that an act took, and of which processor."""
    found = sorted(_once(act) for _ in range(ROUNDS))
    least, middle = found[0], found[ROUNDS // 2]
    return (
        f"{least[0]:.2f} s at best, {middle[0]:.2f} s in the middle "
        f"(Python {middle[1]:.2f} s, PostgreSQL {middle[2]:.2f} s)"
    )


def _once(act: Callable[[], object]) -> tuple[float, float, float]:
    """Return the seconds elapsed, those of this process and those of the server's one."""
    server, python, began = _of_server(), time.process_time(), time.perf_counter()
    act()
    elapsed, python = time.perf_counter() - began, time.process_time() - python
    return elapsed, python, _of_server() - server


def _of_server() -> float:
    """Return the processor seconds of the server's process for this connection, by the kernel."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
