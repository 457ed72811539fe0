"""Run one command against the embedded PostgreSQL and Redis, started for it if need be."""

import os
import sys
from argparse import REMAINDER
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from freezer_inventory import environment
from freezer_inventory.demo import run_command
from freezer_inventory.embedded.errors import StartRefused
from freezer_inventory.embedded.folder import ServersFolder
from freezer_inventory.embedded.services import running_services


class Command(BaseCommand):
    """Give a command the servers it needs."""

    help = "Run a command with the embedded servers: manage.py embedded -- python manage.py shell"
    requires_system_checks: list[str] = []  # they need the database that this command starts

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", default="demo", help="which data, by its folder's name")
        parser.add_argument("--migrate", action="store_true", help="migrate before the command")
        parser.add_argument("command", nargs=REMAINDER)

    def handle(self, *_args: Any, **options: Any) -> None:
        command = [part for part in options["command"] if part != "--"]
        if not command:
            raise CommandError("Say which command to run, after two dashes.")
        folder = ServersFolder(environment.data_folder() / options["folder"])
        try:
            with running_services(folder, os.environ) as addresses:
                where = {"DATABASE_URL": addresses.database_url, "REDIS_URL": addresses.redis_url}
                anchor = {"SEAL_ANCHOR": str(folder.path / "seals" / "anchor.txt")}
                serving = {"DEMO": "on", **anchor, **os.environ, **where}
                code = _migrate(serving) if options["migrate"] else 0
                code = code or run_command(command, serving)
        except StartRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        sys.exit(code)


def _migrate(serving: dict[str, str]) -> int:
    without_limit = {**serving, "DATABASE_STATEMENT_TIMEOUT": "0"}
    return run_command([sys.executable, "manage.py", "migrate", "--noinput", "-v0"], without_limit)
