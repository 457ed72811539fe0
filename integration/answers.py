"""What the machine door answers, field by field."""

from datetime import datetime
from decimal import Decimal

from ninja import Schema


class RefusalAnswer(Schema):
    """One reason; `where` names the field of the message, and is empty for all of it."""

    code: str
    words: str
    where: str


class Refused(Schema):
    """Why nothing was changed."""

    refusals: list[RefusalAnswer]


class ReceiptAnswer(Schema):
    """
    What became of a message.

    repeated: this very message was carried out before; nothing was changed now.
    digest: SHA-256 of the message's text, in hex.
    """

    source_system: str
    message_id: str
    digest: str
    repeated: bool
    count: int
    numbers: list[str]


class RowFault(Schema):
    """Why one reading was not taken, or is told again; `where` names it."""

    where: str
    words: str


class ReadingsAnswer(Schema):
    """
    What became of a message of readings.

    stored: how many were new; repeated: how many were known already; refused: how many cannot be
    taken, the first hundred with the reason. set_aside: how many are kept and never used, because
    the clock of their device is wrong. digest: SHA-256 of the message, unpacked, in hex.
    """

    source: str
    digest: str
    rows: int
    stored: int
    repeated: int
    refused: int
    set_aside: int
    faults: list[RowFault]


class FindingAnswer(Schema):
    """One reason behind a verdict."""

    code: str
    verdict: str
    words: str


class VialAnswer(Schema):
    """
    One vial: what it is, where it is, and whether it may still be used.

    code: the code that it carries now; asked_for: the code in the request, perhaps retired.
    expires_at: the first instant at which it is expired.
    """

    code: str
    asked_for: str
    batch: str
    product: str
    chain_of_identity: str | None
    patient: str | None
    kind: str
    purpose: str
    volume_ml: Decimal
    expires_at: datetime
    quality: str
    custody: str
    place: str
    since: datetime | None
    last_seen_at: datetime | None
    verdict: str
    judged_at: datetime
    findings: list[FindingAnswer]


class BatchAnswer(Schema):
    """One batch with its vials."""

    number: str
    product: str
    chain_of_identity: str | None
    patient: str | None
    donation_number: str
    completed_at: datetime
    expires_at: datetime
    source_system: str
    message_id: str
    vials: list[VialAnswer]


class TherapyAnswer(Schema):
    """One patient's treatment with every vial that belongs to it."""

    chain_of_identity: str
    patient: str
    product: str
    program: str
    batches: list[str]
    orders: list[str]
    vials: list[VialAnswer]


class OrderAnswer(Schema):
    """One order, and how far its retrieval has come."""

    number: str
    chain_of_identity: str
    patient: str
    product: str
    purpose: str
    quantity: int
    needed_by: datetime
    destination: str
    status: str
    pick_list: str
    vials: list[str]
