"""Recompute the audit trail and name whatever was altered, removed, inserted or reordered."""

import json
import sys
from contextlib import nullcontext
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.seals.errors import CannotSeal
from audit.seals.findings import Outcome
from audit.seals.verifying import steps, verify_trail
from bootstrap.progress import Progress

SHOWN = 20


class Command(BaseCommand):
    """Verify the trail; ends with 0 when it is intact and with 1 when it is not."""

    help = (
        "Recompute seals, anchor and every sealed row, compare every record with its newest "
        "version, and name the first one that was altered, removed, inserted or reordered."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to verify and how to say it."""
        extent = parser.add_mutually_exclusive_group()
        extent.add_argument("--since", type=int, default=1, metavar="N", help="from this seal on")
        extent.add_argument("--full", action="store_true", help="from the first seal: the default")
        parser.add_argument("--json", action="store_true", help="say it as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        since = max(1, options["since"])
        try:
            outcome = self._verified(since, is_quiet=options["json"])
        except CannotSeal as fault:
            raise CommandError(str(fault)) from fault
        if options["json"]:
            self.stdout.write(json.dumps(outcome.told(), indent=2))
        else:
            self._tell(outcome)
        if not outcome.is_intact:
            sys.exit(1)

    def _verified(self, since: int, *, is_quiet: bool) -> Outcome:
        shown = nullcontext() if is_quiet else Progress("Verifying", total=steps(since=since))
        with shown as progress:
            return verify_trail(since=since, tell=progress.advance if progress else lambda _: None)

    def _tell(self, outcome: Outcome) -> None:
        if outcome.last_seal is None:
            self.stdout.write("Nothing was sealed yet.")
        else:
            self.stdout.write(
                f"Seals {outcome.first_seal} to {outcome.last_seal}: {outcome.changes} changes, "
                f"{outcome.attempts} refused attempts, {outcome.rows} rows; {outcome.records} "
                f"records compared with their newest version; {outcome.waiting} wait for a seal."
            )
        for gap in outcome.gaps:
            self.stdout.write(gap)
        if outcome.is_intact:
            self.stdout.write("The trail is intact.")
            return
        self.stdout.write(f"The trail is BROKEN: {outcome.found} findings, the first of them:")
        for finding in outcome.findings[:SHOWN]:
            self.stdout.write(f"  {finding}")
