"""The messages that other systems send, field by field; what is unknown is kept but not used."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from integration.fields import (
    BatchNumber,
    CellCount,
    ChainOfIdentity,
    CheckCharacter,
    ContainerCode,
    Day,
    Destination,
    DonationNumber,
    Instant,
    MessageId,
    OrderNumber,
    ProductCode,
    Pseudonym,
    Quantity,
    SystemName,
    Volume,
)
from inventory.models import Purpose, VialKind


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
