"""Seal what was committed since the last seal, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.seals.errors import CannotSeal
from audit.seals.sealing import seal_trail


class Command(BaseCommand):
    """Make the seals that are due; the scheduler does the same every minute."""

    help = "Close every committed change into signed seals and append them to the anchor."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            seals = seal_trail()
        except CannotSeal as fault:
            raise CommandError(str(fault)) from fault
        for seal in seals:
            self.stdout.write(
                f"Seal {seal.number}: {seal.changes} changes, {seal.attempts} refused attempts, "
                f"{seal.rows} rows, root {seal.root}"
            )
        if not seals:
            self.stdout.write("Everything is sealed already.")
