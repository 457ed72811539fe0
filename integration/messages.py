"""From a message's text to what an action takes; every fault is said, not the first."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from custody.messages import IncomingMessage
from custody.rules.messages import AnnouncedBatch, AnnouncedVial
from custody.rules.orders import Order
from integration.errors import Fault, MessageMalformed
from integration.json_text import read_json
from integration.wire import BatchMessage, BatchPart, OrderMessage

Parsed = TypeVar("Parsed", bound=BaseModel)
MISSING = "MISSING_FIELD"
MALFORMED = "MALFORMED_FIELD"


def read_batches(text: str) -> tuple[IncomingMessage, list[AnnouncedBatch]]:
    """
    Read a message of completed batches.

    text: exactly as received; it is kept.
    Raises MessageUnreadable; MessageMalformed with every fault.
    Source: URS-04, URS-06.
    """
    message = parsed(BatchMessage, text)
    return _incoming(message.source_system, message.message_id, text), [
        _announced(batch) for batch in message.batches
    ]


def read_orders(text: str) -> tuple[IncomingMessage, list[Order]]:
    """
    Read a message of orders.

    text: exactly as received; it is kept.
    Raises MessageUnreadable; MessageMalformed with every fault.
    Source: URS-06, URS-89.
    """
    message = parsed(OrderMessage, text)
    orders = [
        Order(
            number=order.order_number,
            coi=order.chain_of_identity,
            patient=order.patient,
            product_code=order.product_code,
            purpose=order.purpose,
            quantity=order.quantity,
            needed_by=order.needed_by,
            destination=order.destination,
        )
        for order in message.orders
    ]
    return _incoming(message.source_system, message.message_id, text), orders


def _incoming(source_system: str, message_id: str, text: str) -> IncomingMessage:
    return IncomingMessage(source_system=source_system, message_id=message_id, body=text)


def _announced(batch: BatchPart) -> AnnouncedBatch:
    return AnnouncedBatch(
        number=batch.batch_number,
        product_code=batch.product_code,
        coi=batch.chain_of_identity,
        patient=batch.patient,
        donation_number=batch.donation_number,
        check_character=batch.donation_check_character,
        completed_at=batch.completed_at,
        expires_at=datetime.combine(batch.expires_on + timedelta(days=1), time.min, UTC),
        vials=[
            AnnouncedVial(
                code=container.barcode,
                kind=container.kind,
                purpose=container.purpose,
                volume_ml=container.volume_ml,
                nucleated_cells=container.nucleated_cells,
            )
            for container in batch.containers
        ],
    )


def parsed(shape: type[Parsed], text: str) -> Parsed:
    """
    Return a message as `shape` reads it.

    Raises MessageUnreadable; MessageMalformed with every fault.
    """
    try:
        return shape.model_validate(read_json(text))
    except ValidationError as found:
        faults = [fault_of(one) for one in found.errors(include_url=False)]
        raise MessageMalformed(faults) from found


def fault_of(found: ErrorDetails) -> Fault:
    """Return in our words what a field of a message is not."""
    where = _where(found["loc"])
    context: Mapping[str, object] = found.get("ctx", {})
    if found["type"] == "own_words":
        return Fault(str(context["code"]), f"{where}: {context['words']}", where)
    if found["type"] == "missing":
        return Fault(MISSING, f"{where} is missing.", where)
    return Fault(MALFORMED, f"{where or 'The message'}: {found['msg']}.", where)


def _where(steps: Sequence[int | str]) -> str:
    """Write a path into the message as `batches[0].containers[2].barcode`."""
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return path.removeprefix(".")
