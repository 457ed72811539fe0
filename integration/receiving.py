"""The one way in for messages of other systems, whether they come by REST or from a file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog

from audit.authors import Attribution
from audit.errors import DomainError
from audit.refusals import record_refusal
from custody.actions.register_batches import register_batches
from custody.actions.request_retrievals import request_retrievals
from custody.messages import IncomingMessage
from integration.errors import as_refusals
from integration.json_text import LARGEST_BYTES, text_of
from integration.messages import read_batches, read_orders
from inventory.models import Message
from sop.action import Action

log = structlog.get_logger(__name__)


class Kind(StrEnum):
    """What a message is about."""

    BATCHES = "batches"
    ORDERS = "orders"


ACTIONS = {Kind.BATCHES: Action.REGISTER_BATCHES, Kind.ORDERS: Action.REQUEST_RETRIEVAL}


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """
    What became of a message.

    is_new: False when this very message was carried out before and nothing was changed.
    digest: SHA-256 of the text, in hex; numbers: of the batches or orders, as registered.
    """

    kind: Kind
    source_system: str
    message_id: str
    digest: str
    is_new: bool
    numbers: list[str]


def receive(*, kind: Kind, body: bytes, attribution: Attribution, at: datetime) -> Receipt:
    """
    Carry out one message, all of it or nothing; every refusal is recorded and logged.

    body: the bytes as they came.
    Raises MessageTooLarge, MessageUnreadable, MessageMalformed; and what the action refuses.
    Source: Annex 11 (2011) section 5; URS-06, URS-23.
    """
    try:
        receipt = _RECEIVERS[kind](body, attribution, at)
    except DomainError as error:
        _log_refusal(kind, error, attribution)
        raise
    log.info(
        "message_received",
        kind=kind,
        source_system=receipt.source_system,
        message_id=receipt.message_id,
        is_new=receipt.is_new,
        rows=len(receipt.numbers),
    )
    return receipt


def _batches(body: bytes, attribution: Attribution, at: datetime) -> Receipt:
    with _kept_if_unread(Kind.BATCHES, body, attribution):
        message, batches = read_batches(text_of(body))
    rows = register_batches(message=message, batches=batches, attribution=attribution, at=at)
    return _receipt(Kind.BATCHES, message, [row.number for row in rows], at)


def _orders(body: bytes, attribution: Attribution, at: datetime) -> Receipt:
    with _kept_if_unread(Kind.ORDERS, body, attribution):
        message, orders = read_orders(text_of(body))
    rows = request_retrievals(message=message, orders=orders, attribution=attribution, at=at)
    return _receipt(Kind.ORDERS, message, [row.order_number for row in rows], at)


_RECEIVERS: dict[Kind, Callable[[bytes, Attribution, datetime], Receipt]] = {
    Kind.BATCHES: _batches,
    Kind.ORDERS: _orders,
}


def _receipt(kind: Kind, message: IncomingMessage, numbers: list[str], at: datetime) -> Receipt:
    kept = Message.objects.filter(
        source_system=message.source_system, message_id=message.message_id, received_at=at
    )
    return Receipt(
        kind=kind,
        source_system=message.source_system,
        message_id=message.message_id,
        digest=message.digest,
        is_new=kept.exists(),
        numbers=numbers,
    )


@contextmanager
def _kept_if_unread(kind: Kind, body: bytes, attribution: Attribution) -> Iterator[None]:
    """Record the refusal of a message that no action sees; actions record their own."""
    try:
        yield
    except DomainError as error:
        shown = body[:LARGEST_BYTES].decode("utf-8", "replace")
        record_refusal(
            action=ACTIONS[kind],
            error=error,
            actor=attribution.actor,
            device=attribution.device,
            request_id=attribution.request_id,
            subject={"body": shown.replace("\0", "\N{REPLACEMENT CHARACTER}")},
        )
        raise


def _log_refusal(kind: Kind, error: DomainError, attribution: Attribution) -> None:
    log.warning(
        "message_refused",
        kind=kind,
        account=attribution.actor.user_id,
        device=attribution.device,
        error=type(error).__name__,
        refusals=as_refusals(error),
    )
