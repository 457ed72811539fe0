"""Readings that a source sends by itself: who may, how they are read, what became of them."""

import zlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from pydantic import TypeAdapter, ValidationError

from accounts.models import Person
from audit.errors import DomainError, NotFound, Refusal
from audit.refusals import record_refusal
from integration.authentication import Sender
from integration.errors import MessageUnreadable
from integration.json_text import LARGEST_BYTES, text_of, too_large
from integration.messages import fault_of, parsed
from integration.wire import ReadingPart, ReadingsEnvelope
from temperature.actions.take_readings import UNKNOWN_FEED, take_readings
from temperature.arrivals import Arrival, Fault, Sample
from temperature.feed_states import tell_sent
from temperature.feeds.push import PushSettings
from temperature.feeds.values import Unit, UnreadableValue, of_number, ways
from temperature.models import Feed, FeedKind, Flag, Intake, IntakeKind

GZIP = 31
_ROW = TypeAdapter(ReadingPart)
_FLAGS = {
    "ok": Flag.NONE,
    "no_value": Flag.NO_VALUE,
    "open_circuit": Flag.OPEN_CIRCUIT,
    "fault": Flag.FAULT,
}
_NOT_GZIP = Refusal(
    "NOT_GZIP", "The message is not packed as its Content-Encoding says. Nothing was changed."
)


def receive_readings(*, body: bytes, encoding: str, sender: Sender, at: datetime) -> Intake:
    """
    Store what a registered source sends; the same again changes nothing.

    body: as it came; encoding: empty, or gzip. A reading that cannot be taken is told, the others
    are stored. Raises MessageTooLarge, MessageUnreadable, MessageMalformed; NotFound
    (UNKNOWN_FEED): the account of the token has no such source. The attempt is recorded.
    Source: 21 CFR 11.10(h); REQUIREMENTS C4; URS-06, URS-28, URS-75.
    """
    name = ""
    try:
        unpacked = _unpacked(body, encoding)
        message = parsed(ReadingsEnvelope, text_of(unpacked))
        name = message.source
        feed = _feed_of(sender.account, name)
    except DomainError as error:
        record_refusal(
            action="take_readings",
            error=error,
            actor=sender.account,
            device=sender.device,
            subject={"feed": name},
        )
        raise
    settings = PushSettings.model_validate(feed.settings)
    samples, faults = _read(message, ways(settings.contacts))
    arrival = Arrival(
        kind=IntakeKind.PUSHED,
        body=unpacked,
        samples=samples,
        faults=faults,
        is_original_kept=True,
    )
    intake = take_readings(feed_id=feed.pk, arrival=arrival, at=at)
    tell_sent(feed, at=at)
    return intake


def _feed_of(account: Person, name: str) -> Feed:
    rows = Feed.objects.filter(kind=FeedKind.PUSH, retired_at__isnull=True)
    feed = rows.filter(name=name, account=account).first()
    if feed is None:
        raise NotFound([UNKNOWN_FEED])
    return feed


def _unpacked(body: bytes, encoding: str) -> bytes:
    if encoding != "gzip":
        return body
    unpacking = zlib.decompressobj(GZIP)
    try:
        unpacked = unpacking.decompress(body, LARGEST_BYTES + 1)
    except zlib.error as fault:
        raise MessageUnreadable([_NOT_GZIP]) from fault
    if len(unpacked) > LARGEST_BYTES:
        raise too_large()
    if not unpacking.eof:
        raise MessageUnreadable([_NOT_GZIP])
    return unpacked


def _read(
    message: ReadingsEnvelope, contacts: Mapping[str, str]
) -> tuple[list[Sample], list[Fault]]:
    samples, faults = [], []
    for number, row in enumerate(message.readings):
        try:
            part = _ROW.validate_python(_with_state(row, contacts))
        except UnreadableValue as fault:
            faults.append(Fault(f"readings[{number}]", f"value: {fault}."))
        except ValidationError as found:
            said = [fault_of(one) for one in found.errors(include_url=False)]
            faults.append(Fault(f"readings[{number}]", " ".join(one.words for one in said)))
        else:
            samples.append(
                Sample(part.channel, part.at, part.value, _FLAGS[part.status], message.sent_at)
            )
    return samples, faults


def _with_state(row: object, contacts: Mapping[str, str]) -> object:
    """
    Return a row with what a contact says as a number; any other row as it is.

    Raises UnreadableValue: the contact says neither open nor closed.
    """
    if not isinstance(row, dict) or not isinstance(row.get("channel"), str):
        return row
    way = contacts.get(row["channel"].strip())
    if way is None or "value" not in row:
        return row
    told = row["value"]
    value, _ = of_number(float(told) if isinstance(told, Decimal) else told, Unit(way))
    return row | {"value": None if value is None else Decimal(value)}
