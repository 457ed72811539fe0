"""Load many vials, to measure how the system behaves at size."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bootstrap.progress import Progress
from freezer_inventory.scale.frame import VIALS_PER_TANK
from freezer_inventory.scale.load import (
    Inconsistent,
    check,
    load,
    loaded,
    tanks_missing,
    without_limit,
)


class Command(BaseCommand):
    """Load vials for measuring; the trail stays whole, so never into a database that counts."""

    help = (
        "Load stored vials with their ledger until there are N, through the same tables, with "
        "every constraint and trigger on. What an interrupted run loaded is kept and counted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--vials", type=int, default=100_000, metavar="N")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["vials"] < 1:
            raise CommandError("Say how many vials, at least one.")
        without_limit()
        tanks = tanks_missing(options["vials"])
        began = time.monotonic()
        if tanks:
            with Progress("Loading vials", total=tanks * VIALS_PER_TANK) as progress:
                load(tanks, progress.advance)
            seconds = time.monotonic() - began
            speed = tanks * VIALS_PER_TANK / seconds
            self.stdout.write(
                f"{tanks * VIALS_PER_TANK:,} vials in {seconds:.0f} s: {speed:,.0f}/s"
            )
        try:
            for words in check():
                self.stdout.write(f"Checked: {words}.")
        except Inconsistent as fault:
            raise CommandError(f"What was loaded does not agree: {fault}.") from fault
        self.stdout.write(f"There are {loaded():,} vials for measuring.")
