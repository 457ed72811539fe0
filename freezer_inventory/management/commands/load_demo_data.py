"""Load the demo data through the actions."""

import logging
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bootstrap.progress import Progress
from freezer_inventory.demo_data.load import STEPS, load, state

NOT_A_DEMO = (
    "The demo data brings accounts with a password that everybody knows. Nothing was loaded: "
    "set DEMO=on to load it all the same, and only where no real product is managed."
)
NOT_EMPTY = (
    "There are records in this database already, or an earlier load was interrupted. A trail "
    "cannot be taken back, so nothing was loaded: begin with an empty database "
    "(`make clean` for the embedded one) and load again."
)


class Command(BaseCommand):
    """Load the demo data into an empty database."""

    help = "Load the demo data: two sites, six units, about 2,000 vials in every state."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(NOT_A_DEMO)
        before = state()
        if before.is_complete:
            self.stdout.write("The demo data is loaded already.")
            return
        if not before.is_empty:
            raise CommandError(NOT_EMPTY)
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
        with Progress("Loading the demo data", total=STEPS) as progress:
            token = load(progress.advance)
        self.stdout.write(f"The batch record's token, shown once: {token}")
