"""Carrying out a message of another system once, and only once."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from audit.errors import ActionRefused, Refusal
from inventory.models import Message


@dataclass(frozen=True, kw_only=True)
class IncomingMessage:
    """A message as it came: who sent it, its id there, and its exact text."""

    source_system: str
    message_id: str
    body: str

    @property
    def digest(self) -> str:
        """The SHA-256 of the text, in hex."""
        return hashlib.sha256(self.body.encode()).hexdigest()


def wait_for(names: Iterable[str]) -> None:
    """Wait until no other message about one of `names` is under way; others then wait for us."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT pg_advisory_xact_lock(key) FROM (
                SELECT DISTINCT hashtextextended(name, 0) AS key
                FROM unnest(%s::text[]) AS name ORDER BY key
            ) AS in_one_order
            """,
            [list(names)],
        )


def was_carried_out(message: IncomingMessage) -> bool:
    """
    Say whether this very message was carried out before; waits for one that is under way.

    Raises ActionRefused (MESSAGE_ID_REUSED): the id came before with another text.
    """
    wait_for([f"{message.source_system}\n{message.message_id}"])
    rows = Message.objects.filter(
        source_system=message.source_system, message_id=message.message_id
    )
    digest = rows.values_list("digest", flat=True).first()
    if digest is not None and digest != message.digest:
        raise ActionRefused(
            [
                Refusal(
                    "MESSAGE_ID_REUSED",
                    f"Message {message.message_id} came before with another content. "
                    "Send it under a new id.",
                )
            ]
        )
    return digest is not None


def keep(message: IncomingMessage, *, kind: str, at: datetime) -> Message:
    """Keep the raw message beside what it caused."""
    row = Message(
        source_system=message.source_system,
        message_id=message.message_id,
        kind=kind,
        body=message.body,
        digest=message.digest,
        received_at=at,
    )
    row.save(force_insert=True)
    return row
