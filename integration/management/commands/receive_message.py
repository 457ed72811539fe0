"""Receive a message of another system from a file, exactly as the REST interface does."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Person, fold
from audit.authors import Attribution
from audit.errors import DomainError
from integration.errors import as_refusals
from integration.receiving import Kind, Receipt, receive


class Command(BaseCommand):
    """`receive_message FILE --kind batches --as USER_ID`."""

    help = "Receive a message of completed batches or of orders from a JSON file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, its kind and the account that stands behind it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", choices=[str(kind) for kind in Kind], required=True)
        parser.add_argument("--as", dest="user_id", required=True, metavar="USER_ID")

    def handle(self, *, file: Path, kind: str, user_id: str, **_: object) -> None:
        """Carry the message out and say what became of it, or every fault it has."""
        person = Person.objects.filter(user_id=fold(user_id)).first()
        if person is None:
            raise CommandError(f"Nobody has the user id {user_id}.")
        try:
            body = file.read_bytes()
        except OSError as fault:
            raise CommandError(f"{file} cannot be read: {fault.strerror}.") from fault
        attribution = Attribution(
            actor=person, reason=f"Message from file {file.name}", device="command line"
        )
        try:
            receipt = receive(
                kind=Kind(kind), body=body, attribution=attribution, at=timezone.now()
            )
        except DomainError as error:
            raise CommandError(_refused(error)) from error
        self.stdout.write(_said(receipt))


def _refused(error: DomainError) -> str:
    faults = [f"  {one['code']}: {one['words']}" for one in as_refusals(error)]
    return "\n".join(["The message was refused as a whole; nothing was changed.", *faults])


def _said(receipt: Receipt) -> str:
    what = "carried out" if receipt.is_new else "carried out before; nothing was changed"
    return (
        f"{receipt.source_system} {receipt.message_id}: {what}. "
        f"{len(receipt.numbers)} {receipt.kind}, SHA-256 {receipt.digest}."
    )
