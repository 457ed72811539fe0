"""The way into a new installation: its first administrator, verified by whoever installs it."""

import socket
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions.open_first_account import open_first_account
from accounts.actions.verify_first_identity import verify_first_identity
from accounts.models import Person
from accounts.opening import NewAccount
from accounts.roles import Role
from audit.errors import DomainError


class Command(BaseCommand):
    """Open the first account, unless there is one, and record who verified its holder."""

    help = "Open the first administrator's account, print its secret, record who verified them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for what both records say."""
        parser.add_argument("--user-id", required=True, help="never given to anybody else, ever")
        parser.add_argument("--full-name", required=True, help="the full legal name")
        parser.add_argument("--verified-by", required=True, help="who verified the identity")
        parser.add_argument("--method", required=True, help="how, such as 'passport seen'")
        parser.add_argument("--verified-on", type=date.fromisoformat, default=None)

    def handle(self, *_: Any, **given: Any) -> None:
        """Carry out what is not done yet."""
        device = socket.gethostname()
        account = NewAccount(
            user_id=given["user_id"], full_name=given["full_name"], roles=[Role.ADMINISTRATOR]
        )
        try:
            if not Person.objects.exists():
                person = open_first_account(account=account, device=device)
                self.stdout.write(f"{person.user_id} signs in with {account.password}")
                self.stdout.write(
                    "It is never shown again, and leads to the choice of their own password."
                )
            verify_first_identity(
                user_id=given["user_id"],
                verifier_name=given["verified_by"],
                method=given["method"],
                verified_on=given["verified_on"] or date.today(),  # noqa: DTZ011 - the installer's own day
                device=device,
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            "Sign in, record the certification (Configure, Signing), publish the accountability "
            "policy and acknowledge it: then you may sign."
        )
