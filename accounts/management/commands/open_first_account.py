"""Open the first administrator's account of an installation, and tell its secret once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions.open_first_account import open_first_account
from accounts.opening import NewAccount
from accounts.roles import Role
from audit.errors import ActionRefused


class Command(BaseCommand):
    """Open it where there is none yet; every later account is opened and signed on screen."""

    help = "Open the first administrator's account and print the secret that opens it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user_id", help="never given to anybody else, ever")
        parser.add_argument("full_name", help="the full legal name")

    def handle(self, *_args: Any, user_id: str, full_name: str, **_options: Any) -> None:
        account = NewAccount(user_id=user_id, full_name=full_name, roles=[Role.ADMINISTRATOR])
        try:
            person = open_first_account(account=account, device="installation")
        except ActionRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{person.user_id} signs in with {account.password}")
        self.stdout.write("It is never shown again, and leads to the choice of their own password.")
