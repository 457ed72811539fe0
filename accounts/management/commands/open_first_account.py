"""The way into a new installation: its first administrator, verified by whoever installs it."""

import getpass
import socket
import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.actions.open_first_account import open_first_account
from accounts.actions.verify_first_identity import verify_first_identity
from accounts.models import Person
from accounts.opening import NewAccount
from accounts.roles import Role
from audit.errors import DomainError


class Command(BaseCommand):
    """Open the first account, unless there is one, and record who verified its holder."""

    help = "Open the first administrator's account and record who verified their identity."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for what both records say; the password is asked for, or read from a pipe."""
        parser.add_argument("--user-id", required=True)
        parser.add_argument("--full-name", required=True, help="the full legal name")
        parser.add_argument("--verified-by", required=True, help="who verified the identity")
        parser.add_argument("--method", required=True, help="how, such as 'passport seen'")
        parser.add_argument("--verified-on", type=date.fromisoformat, default=None)

    def handle(self, *_: Any, **given: Any) -> None:
        """Carry out what is not done yet."""
        device = socket.gethostname()
        try:
            if not Person.objects.exists():
                open_first_account(account=_account(given), device=device)
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


def _account(given: dict[str, Any]) -> NewAccount:
    person = Person(user_id=given["user_id"], full_name=given["full_name"])
    return NewAccount(
        user_id=given["user_id"],
        full_name=given["full_name"],
        password=_password(person),
        roles=[Role.ADMINISTRATOR],
    )


def _password(person: Person) -> str:
    """
    Ask for a password, or read it from a pipe.

    Raises CommandError: it is easily guessed, or was typed in two ways.
    """
    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            raise CommandError("You typed two different passwords. Start again.")
    else:
        password = sys.stdin.readline().rstrip("\n")
    try:
        validate_password(password, person)
    except ValidationError as fault:
        raise CommandError(" ".join(fault.messages)) from fault
    return password
