"""Run the portal with demo data in the foreground."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from freezer_inventory.demo import Demo, refuse_bad_port
from freezer_inventory.embedded.errors import StartRefused


class Command(BaseCommand):
    """Serve the demo until Ctrl-C."""

    help = "Run the portal with demo data: servers, web, worker and scheduler in the foreground."
    requires_system_checks: list[str] = []  # they need the database that this command starts

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000")
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")

        parser.add_argument("--empty", action="store_true", help="load no demo data")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            port = refuse_bad_port(str(options["port"]))
            Demo(host=options["host"], port=port, empty=options["empty"]).run()
        except StartRefused as refusal:
            raise CommandError(str(refusal)) from refusal
