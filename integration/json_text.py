"""Reading JSON as evidence: exact numbers, no key twice, nothing that JSON does not know."""

import json
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from audit.errors import Refusal
from integration.errors import MessageTooLarge, MessageUnreadable

LARGEST_BYTES = 2_000_000


def text_of(body: bytes) -> str:
    """
    Return the text of a message as it came.

    Raises MessageTooLarge; MessageUnreadable: it is not UTF-8.
    """
    if len(body) > LARGEST_BYTES:
        raise too_large()
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise _unreadable(f"byte {fault.start} is not UTF-8") from fault


def too_large() -> MessageTooLarge:
    """Return the refusal of a message that is too long."""
    return MessageTooLarge(
        [
            Refusal(
                "MESSAGE_TOO_LARGE",
                f"The message is longer than {LARGEST_BYTES:,} bytes. Nothing was changed: "
                "send it in parts, each under its own message id.",
            )
        ]
    )


def read_json(text: str) -> object:
    """
    Return the value that `text` stands for, with exact decimals.

    Raises MessageUnreadable: it is no JSON, or says one key twice.
    """
    try:
        value: object = json.loads(
            text.removeprefix("\ufeff"),
            parse_float=_decimal,
            parse_constant=_no_constant,
            object_pairs_hook=_each_key_once,
        )
    except RecursionError as fault:
        raise _unreadable("it is nested too deeply") from fault
    except (ValueError, InvalidOperation) as fault:
        raise _unreadable(str(fault)[:200]) from fault
    return value


def _decimal(text: str) -> Decimal:
    return Decimal(text)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number")


def _each_key_once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found


def _unreadable(reason: str) -> MessageUnreadable:
    words = f"The message is not readable JSON: {reason}. Nothing was changed: send it again whole."
    return MessageUnreadable([Refusal("NOT_JSON", words)])
