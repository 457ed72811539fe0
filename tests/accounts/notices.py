"""Attempts at unauthorised use for tests, and ways of telling that fail."""

from collections.abc import Sequence
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from accounts.models import Person
from audit.errors import NotAuthorised, Refusal, SigningFailed
from audit.refusals import record_refusal

WRONG = SigningFailed([Refusal("WRONG_CREDENTIALS", "They do not match.")])
NO_RIGHT = NotAuthorised([Refusal("ROLE_MISSING", "This takes another role.")])


def guess(user_id: str, times: int, *, device: str = "bench 1") -> None:
    """Let somebody enter wrong passwords for a user id."""
    for _ in range(times):
        record_refusal(action="sign", error=WRONG, actor=None, user_id=user_id, device=device)


def overstep(person: Person, *, device: str = "bench 1") -> None:
    """Let somebody try what takes another role."""
    subject = {"patient": "Made Up", "code": "VI-1"}
    record_refusal(
        action="discard_vials", error=NO_RIGHT, actor=person, device=device, subject=subject
    )


class NoServer(BaseEmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Refuse the connection."""
        del email_messages
        raise ConnectionRefusedError("no mail server")


class Killed(BaseEmailBackend):
    """A worker that is killed while it sends."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Stop the process."""
        del email_messages
        raise SystemExit


def backend(settings: Any, kind: type[BaseEmailBackend]) -> None:
    """Send e-mail by a backend of this module."""
    settings.EMAIL_BACKEND = f"tests.accounts.notices.{kind.__name__}"
