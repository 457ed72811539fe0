"""
How fast a critical excursion holds a whole tank: `python -m bench.exposing`.

One tank of the scale's stock, larger than any real one, gets a probe; a reading far too warm comes.
The figures are those of the Change that finds it, with alarm, exposures and deviation, and of the
one that holds so many vials right after it; commits included. Beside them stands the bare SQL that
writes as many rows in a table of their own.
"""

import argparse
import os
import sys
from collections.abc import Sequence

import django

TABLES = 6  # exposures, held vials and their history, events; the indexes count for the rest
BARE = """
    INSERT INTO bench_row SELECT n, n, now(), repeat('x', 100)
    FROM generate_series(1, %s::bigint) AS n"""


def main(arguments: Sequence[str]) -> int:
    """Measure once and print the lines."""
    parser = argparse.ArgumentParser(prog="python -m bench.exposing", description=__doc__)
    parser.add_argument("--racks", type=int, default=45, help="racks of 900 vials in the tank")
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "freezer_inventory.settings")
    django.setup()
    for line in _measured(chosen.racks):
        sys.stdout.write(f"{line}\n")
    return 0


def _measured(racks: int) -> list[str]:
    from django.utils import timezone

    from bench.cold_tank import MINUTE, fit, full_tank, say, seconds
    from custody.models import Exposure, HeldVial
    from custody.watching import watch_due_holds
    from temperature.watching import judge_readings

    unit = full_tank(racks)
    at = timezone.now()
    feed = fit(unit, at - 10 * MINUTE)
    say(feed, [(at, -190.0)], at=at)
    judge_readings(at=at)
    warm = at + MINUTE
    say(feed, [(warm, -130.0)], at=warm)
    found = seconds(lambda: judge_readings(at=warm))
    placed = seconds(lambda: watch_due_holds(at=warm))
    exposed = Exposure.objects.filter(excursion__unit=unit).count()
    held = HeldVial.objects.open().filter(hold__excursion__unit=unit).count()
    warmer = warm + MINUTE
    say(feed, [(warmer, -120.0)], at=warmer)
    again = seconds(lambda: judge_readings(at=warmer))
    bare = seconds(lambda: _bare(held * TABLES))
    return [
        f"load average {os.getloadavg()[0]:.1f}; {exposed:,} vials exposed, {held:,} held",
        f"alarm, exposures and deviation: {found:.2f} s",
        f"hold and ledger, right after it: {placed:.2f} s",
        f"judged again while it goes on: {again:.2f} s",
        f"{held * TABLES:,} bare rows: {bare:.2f} s; ratio {(found + placed) / bare:.1f}",
    ]


def _bare(rows: int) -> None:
    """Write so many rows in a table with a key and an index, and nothing around it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_row")
        cursor.execute(
            "CREATE TABLE bench_row (id bigint PRIMARY KEY, n bigint, at timestamptz, words text)"
        )
        cursor.execute("CREATE INDEX ON bench_row (n)")
        cursor.execute(BARE, [rows])
        cursor.execute("DROP TABLE bench_row")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
