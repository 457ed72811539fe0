"""
How fast a critical excursion holds a whole tank: `python -m bench.exposing`.

One tank of the scale's stock, larger than any real one, gets a probe; a reading far too warm comes.
The figure is that of the one Change that finds it: exposures, hold, ledger and deviation, commit
included. Beside it stands the bare SQL that writes as many rows in a table of their own.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from inventory.models import Container

PER_RACK = 900
MINUTE = timedelta(minutes=1)
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


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _measured(racks: int) -> list[str]:
    from django.utils import timezone

    from bench.readings import _fit
    from custody.models import Exposure, HeldVial
    from temperature.watching import judge_readings

    unit = _tank(racks)
    at = timezone.now()
    feed = _fit(unit, at - 10 * MINUTE)
    _say(feed, at, -190.0)
    judge_readings(at=at)
    _say(feed, at + MINUTE, -130.0)
    found = _seconds(lambda: judge_readings(at=at + MINUTE))
    exposed = Exposure.objects.filter(excursion__unit=unit).count()
    held = HeldVial.objects.open().filter(hold__excursion__unit=unit).count()
    _say(feed, at + 2 * MINUTE, -120.0)
    again = _seconds(lambda: judge_readings(at=at + 2 * MINUTE))
    bare = _seconds(lambda: _bare(held * TABLES))
    return [
        f"load average {os.getloadavg()[0]:.1f}; {exposed:,} vials exposed, {held:,} held",
        f"exposures, hold, ledger and deviation: {found:.2f} s",
        f"judged again while it goes on: {again:.2f} s",
        f"{held * TABLES:,} bare rows: {bare:.2f} s; ratio {found / bare:.1f}",
    ]


def _tank(racks: int) -> "Container":
    """Return a new tank of the scale's site, full."""
    from django.db import connection
    from django.utils import timezone

    from freezer_inventory.scale.contents import add_positions, fill
    from freezer_inventory.scale.frame import add_tank, frame, opened
    from freezer_inventory.scale.load import without_limit
    from inventory.models import Category, ContainerType, Holds, LayoutKind, StorageClass

    around = frame()
    without_limit()
    with opened():
        kind = ContainerType.objects.create(
            name=f"Bench tank {timezone.now():%H%M%S}",
            category=Category.TANK,
            names=[f"R{number}" for number in range(1, racks + 1)],
            accepts=[Category.RACK],
            storage_class=StorageClass.VAPOUR,
            holds=Holds.CONTAINER,
            layout=LayoutKind.NAMED,
        )
        larger = replace(around, types={**around.types, "Scale tank": kind})
        tank, boxes = add_tank(larger)
        add_positions(boxes)
    with opened():
        fill(larger, tank, boxes, timezone.now() - 10 * MINUTE)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("RESET statement_timeout")
        cursor.execute("RESET lock_timeout")
    return tank


def _say(feed: int, at: datetime, celsius: float) -> None:
    """Let the probe say one value."""
    from temperature.actions.take_readings import take_readings
    from temperature.arrivals import Arrival, Sample
    from temperature.models import IntakeKind

    samples = [Sample("bench", at, celsius)]
    arrival = Arrival(kind=IntakeKind.PUSHED, body=repr(samples).encode(), samples=samples)
    take_readings(feed_id=feed, arrival=arrival, at=at)


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
