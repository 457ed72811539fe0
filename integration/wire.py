"""The messages that other systems send, field by field; what is unknown is kept but not used."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from integration.fields import (
    BatchNumber,
    CellCount,
    ChainOfIdentity,
    Channel,
    CheckCharacter,
    ContainerCode,
    Day,
    Destination,
    DonationNumber,
    Instant,
    Measured,
    MessageId,
    OrderNumber,
    ProductCode,
    Pseudonym,
    Quantity,
    SystemName,
    Volume,
)
from inventory.models import Purpose, VialKind

MOST_READINGS = 20_000


class _Part(BaseModel):
    """A part of a message; fields nobody knows do not make it wrong."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class ContainerPart(_Part):
    """One final container that manufacturing filled."""

    barcode: ContainerCode
    kind: VialKind
    purpose: Purpose
    volume_ml: Volume
    nucleated_cells: CellCount | None = None


class BatchPart(_Part):
    """
    One batch that manufacturing completed.

    expires_on: the last day on which the product may be used, in UTC.
    ebr_disposition: only completed batches are taken.
    """

    batch_number: BatchNumber
    product_code: ProductCode
    chain_of_identity: ChainOfIdentity | None
    patient: Pseudonym | None
    donation_number: DonationNumber
    donation_check_character: CheckCharacter
    completed_at: Instant
    expires_on: Day
    ebr_disposition: Literal["manufacturing_complete"] = "manufacturing_complete"
    containers: list[ContainerPart]


class BatchMessage(_Part):
    """What the batch record sends when batches complete."""

    source_system: SystemName
    message_id: MessageId
    sent_at: Instant
    batches: list[BatchPart] = Field(max_length=500)


class OrderPart(_Part):
    """One order for doses of one patient."""

    order_number: OrderNumber
    chain_of_identity: ChainOfIdentity
    patient: Pseudonym
    product_code: ProductCode
    purpose: Purpose
    quantity: Quantity
    needed_by: Instant
    destination: Destination


class OrderMessage(_Part):
    """What the scheduling system sends when doses are needed."""

    source_system: SystemName
    message_id: MessageId
    sent_at: Instant
    orders: list[OrderPart] = Field(max_length=500)


class ReadingPart(_Part):
    """
    One reading.

    channel: what the source calls the probe. at: by the device's clock. value: in °C, or % of a
    level, or the state of a contact; null where there is none. status: what the source knows of it.
    """

    channel: Channel
    at: Instant
    value: Measured | None
    status: Literal["ok", "no_value", "open_circuit", "fault"] = "ok"


class ReadingsMessage(_Part):
    """Readings of one source; each that cannot be taken is told, the others are stored."""

    source: SystemName
    sent_at: Instant
    readings: list[ReadingPart] = Field(min_length=1, max_length=MOST_READINGS)


class ReadingsEnvelope(_Part):
    """A message of readings whose readings are looked at one by one."""

    source: SystemName
    sent_at: Instant
    readings: list[object] = Field(min_length=1, max_length=MOST_READINGS)
