"""
What it costs to ask 500 probes each minute: `python -m bench.polling`.

Half of them stand behind HTTP gateways, half behind Modbus devices, two in each freezer, simulated
by processes of their own. The tasks of one minute run back to back, as often as the schedule runs
them: asking every 10 s, judging after it, looking for silence every 15 s. What counts is processor
time, that of this process and of all of PostgreSQL, so that a busy machine does not matter.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from datetime import datetime

    from inventory.models import Container
    from temperature.models import Feed

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
TICKS = os.sysconf("SC_CLK_TCK")


class Spent:
    """Processor seconds of this process and of PostgreSQL, kept apart by what they were for."""

    def __init__(self, postmaster: int) -> None:
        self.postmaster = postmaster
        self.by_name: dict[str, list[float]] = {}

    def on(self, name: str, act: Callable[[], object]) -> None:
        """Do something and count what it took."""
        python, postgres = time.process_time(), _of_family(self.postmaster)
        act()
        told = self.by_name.setdefault(name, [0.0, 0.0])
        told[0] += time.process_time() - python
        told[1] += _of_family(self.postmaster) - postgres


def main(arguments: Sequence[str]) -> int:
    """Measure once and print the lines."""
    parser = argparse.ArgumentParser(prog="python -m bench.polling", description=__doc__)
    parser.add_argument("--probes", type=int, default=500)
    parser.add_argument("--sources", type=int, default=20, help="half by HTTP, half by Modbus")
    parser.add_argument("--minutes", type=int, default=5, help="how many are counted")
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "freezer_inventory.settings")
    django.setup()
    for line in _measured(chosen.probes, chosen.sources, chosen.minutes):
        sys.stdout.write(f"{line}\n")
    return 0


def _measured(probes: int, sources: int, minutes: int) -> list[str]:
    from django.utils import timezone

    from temperature.models import Reading

    start = timezone.now() - (minutes + 2) * MINUTE
    channels = probes // sources
    by_kind = sources // 2
    with (
        _simulated("http", by_kind, channels) as http,
        _simulated("modbus", by_kind, channels) as m,
    ):
        feeds = _set_up([*http], [*m], channels, start)
        _one_minute(Spent(_postmaster()), start)  # nothing counts until everything is warm
        spent = Spent(_postmaster())
        for number in range(1, minutes + 1):
            _one_minute(spent, start + number * MINUTE)
    stored = Reading.objects.filter(intake__feed__in=feeds).count()
    return [
        f"load average {os.getloadavg()[0]:.1f}; {probes} probes of {sources} sources, "
        f"{stored:,} readings in {minutes + 1} minutes",
        *(
            f"{name}: {python / minutes:.2f} s of Python, {postgres / minutes:.2f} s of PostgreSQL "
            f"a minute, {(python + postgres) / minutes / 60:.1%} of one core"
            for name, (python, postgres) in spent.by_name.items()
        ),
        f"in all {sum(map(sum, spent.by_name.values())) / minutes / 60:.1%} of one core",
    ]


def _one_minute(spent: Spent, at: "datetime") -> None:
    from temperature.polling import poll_due
    from temperature.watching import judge_readings, watch_for_silence

    for second in range(0, 60, 10):
        now = at + second * SECOND
        spent.on("asking and storing", partial(poll_due, at=now))
        spent.on("judging", partial(judge_readings, at=now))
    for second in range(0, 60, 15):
        now = at + second * SECOND
        spent.on("looking for silence", partial(watch_for_silence, at=now))


def _postmaster() -> int:
    """Return the process that all of PostgreSQL's are children of; it runs on this machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(_fields(int(cursor.fetchone()[0]))[1])


def _fields(process: int) -> list[str]:
    """Return what the kernel says of a process, from its state on."""
    return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()


def _of_family(postmaster: int) -> float:
    """Return the processor seconds of PostgreSQL, of what ended too."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = _fields(int(entry.name))
            except OSError:
                continue  # it ended meanwhile
            if int(fields[1]) == postmaster:
                ticks += int(fields[11]) + int(fields[12])
    return (ticks + sum(map(int, _fields(postmaster)[11:15]))) / TICKS  # last: it adds what ended


@contextmanager
def _simulated(kind: str, sources: int, channels: int) -> Iterator[list[int]]:
    """Run devices in a process of their own; yield the port of each."""
    command = [sys.executable, "-m", "bench.simulated", kind, str(sources), str(channels)]
    with subprocess.Popen(  # noqa: S603 - ours, with our own words
        command, stdout=subprocess.PIPE, text=True
    ) as devices:
        assert devices.stdout is not None
        try:
            yield [int(port) for port in devices.stdout.readline().split()]
        finally:
            devices.terminate()


def _set_up(http: Sequence[int], modbus: Sequence[int], channels: int, at: "datetime") -> list[int]:
    """Register sources, probes and freezers, two probes in each; return the sources' keys."""
    from bench.simulated import HOST
    from freezer_inventory.scale.frame import frame, opened
    from temperature.feed_states import begin_state
    from temperature.models import Feed, FeedKind

    site = frame().site
    _take_out_earlier_ones(at)
    asked = [
        *((FeedKind.HTTP_JSON, _of_gateway(f"http://{HOST}:{port}")) for port in http),
        *((FeedKind.MODBUS_TCP, _of_device(HOST, port, channels)) for port in modbus),
    ]
    keys = []
    for number, (kind, settings) in enumerate(asked):
        with opened():
            name = f"bench {at:%H%M%S} {number}"
            feed = Feed.objects.create(
                site=site, name=name, kind=kind, every=MINUTE, settings=settings
            )
            units = _freezers(name, (channels + 1) // 2)
            _fit(feed, name, units, channels, at)
            begin_state(feed, at=at)
        keys.append(feed.pk)
    return keys


def _take_out_earlier_ones(at: "datetime") -> None:
    """Retire the sources of an earlier measurement and take out their probes: silent now."""
    from audit.writes import update_all
    from freezer_inventory.scale.frame import opened
    from temperature.models import Feed, Fitting

    rows = list(Fitting.objects.filter(ended_at__isnull=True, probe__code__startswith="bench"))
    for row in rows:
        row.ended_at = at
    with opened():
        update_all(rows, ["ended_at"])
        for feed in Feed.objects.filter(retired_at__isnull=True, name__startswith="bench"):
            feed.retired_at = at
            feed.save(update_fields=["retired_at"])


def _of_gateway(url: str) -> dict[str, object]:
    return {"url": f"{url}/?now={{now}}", "authorisation": "none", "time_format": "epoch"}


def _of_device(host: str, port: int, channels: int) -> dict[str, object]:
    from bench.simulated import FIRST, SCALE, WORDS

    registers = [
        {
            "channel": str(number),
            "address": FIRST + WORDS * number,
            "type": "int32",
            "scale": SCALE,
        }
        for number in range(channels)
    ]
    told = {"map_name": "bench", "map_version": "1", "registers": registers}
    return {"host": host, "port": port, **told}


def _freezers(name: str, count: int) -> "list[Container]":

    from audit.writes import create_all, update_all
    from freezer_inventory.scale.frame import frame
    from inventory.models import Container

    around = frame()
    kind = around.types["Scale tank"]
    made = create_all(
        [
            Container(type=kind, site=around.site, name=f"{name}/{number}", code=f"{name}/{number}")
            for number in range(count)
        ]
    )
    for unit in made:
        unit.path, unit.unit_id = f"/{unit.pk}/", unit.pk
    update_all(made, ["path", "unit"])
    return made


def _fit(
    feed: "Feed", name: str, units: "Sequence[Container]", channels: int, at: "datetime"
) -> None:
    """Fit the probes of a source, calibrated and under limits."""
    from audit.writes import create_all
    from temperature.models import Calibration, Fitting, LimitProfile, LimitVersion, Probe, Zone

    probes = create_all(
        [
            Probe(code=f"{name}/{number}", feed=feed, channel=str(number), expected_every=MINUTE)
            for number in range(channels)
        ]
    )
    create_all(
        [
            Fitting(probe=probe, unit=units[number // 2], zone=Zone.LID, began_at=at)
            for number, probe in enumerate(probes)
        ]
    )
    due = at + timedelta(days=300)
    create_all(
        [
            Calibration(probe=probe, calibrated_at=at, due_at=due, certificate="b")
            for probe in probes
        ]
    )
    profiles = create_all([LimitProfile(unit=unit, name=unit.name) for unit in units])
    bands = [{"level": "critical", "side": "above", "limit": -135.0, "delay_seconds": 300}]
    create_all(
        [
            LimitVersion(
                profile=profile,
                number=1,
                effective_at=at,
                setpoint=-190,
                dead_band=2,
                bands=bands,
                justification="To measure",
            )
            for profile in profiles
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
