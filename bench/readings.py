"""
How fast readings are stored, judged, drawn and asked for: `python -m bench.readings`.

One tank of the scale's stock gets a probe and limits; a year of readings comes as one file. Every
figure stands beside the bare SQL that does the same rows, in the same process.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta

import django

YEAR = 365 * 24 * 60
BARE = """
    INSERT INTO bench_reading SELECT 1, at, -190, 0, now()
    FROM unnest(%s::timestamptz[]) AS at"""
BARE_TABLE = """
    CREATE TABLE bench_reading (probe_id bigint, device_at timestamptz, value float8,
        flags int2, received_at timestamptz, PRIMARY KEY (probe_id, device_at))"""


def main(arguments: Sequence[str]) -> int:
    """Measure once and print the lines."""
    parser = argparse.ArgumentParser(prog="python -m bench.readings", description=__doc__)
    parser.add_argument("--vials", type=int, default=20_000, help="load until there are so many")
    parser.add_argument("--rows", type=int, default=YEAR, help="readings in the file")
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "freezer_inventory.settings")
    django.setup()
    for line in _measured(chosen.vials, chosen.rows):
        sys.stdout.write(f"{line}\n")
    return 0


def _measured(vials: int, rows: int) -> list[str]:
    from django.core.management import call_command
    from django.utils import timezone

    from bench.cold_tank import CHANNEL, MINUTE, fit, seconds
    from custody.queries.verdicts import verdicts
    from inventory.models import Container, Vial
    from temperature.actions.take_readings import take_readings
    from temperature.arrivals import Arrival, Sample
    from temperature.models import IntakeKind
    from temperature.queries.curves import curve_of
    from temperature.watching import judge_readings

    call_command("load_scale", vials=vials)
    at = timezone.now()
    fullest = Vial.objects.filter(position__isnull=False)
    unit = Container.objects.filter(contents__positions__vials__in=fullest)[0]
    feed = fit(unit, at - rows * MINUTE)
    samples = [
        Sample(CHANNEL, at - step * MINUTE, -130.0 if step % 10_000 < 10 else -190.0 + step % 7 / 9)
        for step in range(rows, 0, -1)
    ]
    arrival = Arrival(kind=IntakeKind.FILE, body=b"a year", samples=samples)
    stored = seconds(lambda: take_readings(feed_id=feed, arrival=arrival, at=at))
    bare = seconds(lambda: _bare([sample.at for sample in samples]))
    judged = seconds(lambda: judge_readings(at=at))
    drawn = min(
        seconds(lambda: curve_of(unit, since=at - timedelta(days=365), until=at)) for _ in range(5)
    )
    keys = list(
        fullest.filter(position__container__unit=unit).values_list("pk", flat=True)[:10_000]
    )
    asked = min(seconds(lambda: verdicts(keys, at=at)) for _ in range(3))
    return [
        f"load average {os.getloadavg()[0]:.1f}; {vials:,} vials, {rows:,} readings",
        f"store: {rows / stored:,.0f} readings/s",
        f"the same rows alone: {rows / bare:,.0f} readings/s; ratio {stored / bare:.1f}",
        f"judge and gather: {rows / judged:,.0f} readings/s",
        f"a year drawn: {drawn * 1000:.0f} ms",
        f"verdicts of {len(keys):,} vials: {asked:.2f} s",
    ]


def _bare(times: list[datetime]) -> None:
    """Store as many rows in a table without anything around it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_reading")
        cursor.execute(BARE_TABLE)
        cursor.execute(BARE, [times])
        cursor.execute("DROP TABLE bench_reading")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
