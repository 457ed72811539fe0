"""Import a logger's file, or show what would be read of it."""

import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.errors import DomainError
from temperature.actions.take_readings import take_readings
from temperature.arrivals import Arrival, Fault
from temperature.feed_states import tell_sent
from temperature.models import Feed, FeedKind, Intake
from temperature.rules.taking import Taken, take
from temperature.storing import channels_of
from temperature.waiting_files import read_body


class Command(BaseCommand):
    """`import_readings FILE --feed NAME [--dry-run [--profile FILE]]`."""

    help = "Import a file of a data logger for a registered source."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file and its source."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--feed", required=True, metavar="NAME")
        parser.add_argument("--dry-run", action="store_true", help="store nothing")
        parser.add_argument(
            "--profile",
            type=Path,
            help="a JSON file with other settings to try, with --dry-run only: what is stored is "
            "read as it was signed",
        )

    def handle(
        self, *, file: Path, feed: str, dry_run: bool, profile: Path | None, **_: object
    ) -> None:
        """Store the file, or only say what would be stored."""
        source = Feed.objects.filter(
            name=feed, kind=FeedKind.LOGGER_FILE, retired_at__isnull=True
        ).first()
        if source is None:
            raise CommandError(f"No source of logger files is named {feed}.")
        if profile is not None:
            if not dry_run:
                raise CommandError("Another profile is tried with --dry-run only.")
            source.settings = _settings(profile)
        at = timezone.now()
        try:
            arrival = read_body(source, name=file.name, body=_bytes(file))
            if dry_run:
                taken = take(arrival.samples, channels_of(source), received_at=at)
                self.stdout.write(_would(arrival, taken))
                return
            intake = take_readings(feed_id=source.pk, arrival=arrival, at=at)
        except DomainError as error:
            raise CommandError(f"{error} Nothing was stored.") from error
        tell_sent(source, at=at)
        self.stdout.write(_done(intake))


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise CommandError(f"{file} cannot be read: {fault.strerror}.") from fault


def _settings(profile: Path) -> dict[str, object]:
    try:
        return dict(json.loads(_bytes(profile)))
    except ValueError as fault:
        raise CommandError(f"{profile} holds no JSON object.") from fault


def _would(arrival: Arrival, taken: Taken) -> str:
    refused = taken.refused + len(arrival.faults)
    told = _told([*arrival.faults, *taken.faults])
    return (
        f"{len(taken.device_at)} readings would be stored unless they are known, "
        f"{refused} rows refused.{told}"
    )


def _done(intake: Intake) -> str:
    told = _told([Fault(where, words) for where, words in intake.faults])
    return (
        f"{intake.stored} readings stored, {intake.repeated} known already, "
        f"{intake.refused} rows refused. SHA-256 {intake.digest}.{told}"
    )


def _told(faults: list[Fault]) -> str:
    return "".join(f"\n  {fault.where}: {fault.words}" for fault in faults[:100])
