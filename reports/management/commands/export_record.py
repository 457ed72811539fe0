"""Write the complete copy of a therapy's record into a folder."""

import platform
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.errors import DomainError
from inventory.codes.scan import read_scan
from inventory.codes.words import UnreadableScan
from reports.actions.export_dossier import ExportedCopy, export_dossier


class Command(BaseCommand):
    """Export the dossier of one therapy as PDF, JSON and CSV with a manifest."""

    help = "Write the dossier of a therapy: a zip, and the files in it, into a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the COI id and the folder."""
        parser.add_argument("coi", help="chain-of-identity id, such as CHA9990260004AX")
        parser.add_argument("--out", type=Path, required=True, help="folder to write into")

    def handle(self, *_: object, coi: str, out: Path, **__: object) -> None:
        """
        Make the copy and write it.

        Raises CommandError: there is no such therapy, or the folder cannot be written to.
        """
        device = f"command line on {platform.node() or 'this machine'}"
        try:
            made = export_dossier(coi=read_scan(coi).code, by=device, at=timezone.now())
            written = _write(made, out)
        except UnreadableScan as error:
            raise CommandError(error.words) from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"Cannot write into {out}: {error.strerror}.") from error
        for path in written:
            self.stdout.write(str(path))
        self.stdout.write(f"SHA-256 of {made.export.file_name}: {made.export.file_sha256}")


def _write(made: ExportedCopy, out: Path) -> list[Path]:
    out.mkdir(parents=True, exist_ok=True)
    contents = {file.name: file.content for file in made.copy.files}
    contents[made.export.file_name] = made.content
    paths = []
    for name, content in contents.items():
        path = out / name
        path.write_bytes(content)
        paths.append(path)
    return paths
