"""Record a backup in the trail; called by the script that makes it."""

from argparse import Namespace
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit.copies import add_arguments, tell_copy
from audit.system_event_kinds import SystemEventKind


class Command(BaseCommand):
    """Tell the trail of a backup; a database that is down gets it later."""

    help = "Record a backup: which file, its SHA-256, and whether it came off well."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what the script knows."""
        add_arguments(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        self.stdout.write(tell_copy(SystemEventKind.RECORD_BACKUP, Namespace(**options)))
