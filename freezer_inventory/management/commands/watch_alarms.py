"""Watch over workers, and judge and tell of alarms where they stand still."""

import signal
import threading
from argparse import ArgumentParser
from pathlib import Path

import structlog
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from freezer_inventory import life
from temperature.watchdog import Watchdog

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    """`watch_alarms [--once] [--every SECONDS] [--alive FILE]`; ends on SIGTERM or Ctrl-C."""

    help = "Watch over the workers; judge readings and tell of alarms where they stand still."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how often to look."""
        parser.add_argument("--once", action="store_true", help="look once and end")
        parser.add_argument("--every", type=float, default=10.0, metavar="SECONDS")
        parser.add_argument("--alive", type=Path, help="a file that is touched after every look")

    def handle(self, *, once: bool, every: float, alive: Path | None, **_: object) -> None:
        """Look until somebody asks to stop."""
        watchdog = Watchdog(began_at=timezone.now())
        if once:
            watchdog.look(at=timezone.now())
            return
        ends = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ends.set())
        life.begin("watchdog")
        life.await_work()
        while not ends.is_set():
            try:
                close_old_connections()  # one that broke is let go, so that the next look can work
                watchdog.look(at=timezone.now())
            except Exception:
                log.exception("watchdog_could_not_look")  # whatever it was, it looks again
            if alive is not None:
                alive.touch()
            ends.wait(every)
        life.end("watchdog")
