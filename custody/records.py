"""What the record of a vial says of itself and its batch, as plain facts for the rules."""

from dataclasses import dataclass
from datetime import datetime

from custody.rules.released import fingerprint_of, may_be_another
from inventory.models import Custody, PositionCondition, Quality, Vial


@dataclass(frozen=True)
class BatchFacts:
    """What the vials of one batch share; program_id: of its product."""

    number: str
    completed_at: datetime
    donation: str
    therapy_id: int | None
    product_id: int
    program_id: int
    is_autologous: bool


@dataclass(frozen=True)
class VialRecord:
    """
    The record of one vial.

    therapy_program_id: the program of its therapy, where it has one.
    place_in_doubt: its position is marked as in doubt.
    """

    batch: BatchFacts
    quality: Quality
    custody: Custody
    expires_at: datetime
    program_id: int
    therapy_id: int | None
    therapy_program_id: int | None
    place_in_doubt: bool

    @property
    def identity_agrees(self) -> bool:
        """Whether batch, vial and therapy name one patient, or none where none is due."""
        batch = self.batch
        if self.program_id != batch.program_id:
            return False
        if batch.is_autologous:
            return self.therapy_id is not None and batch.therapy_id == self.therapy_id
        return batch.therapy_id is None and (
            self.therapy_id is None or self.therapy_program_id == self.program_id
        )

    def has_changed_since(self, released_as: str) -> bool:
        """Say whether it is another than the one released; as `custody.rules.released` does."""
        if not may_be_another(self.quality, released_as):
            return False
        batch = self.batch
        return released_as != fingerprint_of(
            batch=batch.number,
            completed_at=batch.completed_at,
            donation=batch.donation,
            expires_at=self.expires_at,
            product=batch.product_id,
            program=self.program_id,
            therapy=batch.therapy_id,
        )


def record_of(vial: Vial) -> VialRecord:
    """Return the record of a vial whose batch, product, therapy and position are loaded."""
    batch, therapy = vial.batch, vial.therapy
    return VialRecord(
        quality=Quality(vial.quality),
        custody=Custody(vial.custody),
        expires_at=vial.expires_at,
        program_id=vial.program_id,
        therapy_id=vial.therapy_id,
        therapy_program_id=None if therapy is None else therapy.program_id,
        place_in_doubt=vial.position is not None
        and vial.position.condition == PositionCondition.IN_DOUBT,
        batch=BatchFacts(
            number=batch.number,
            completed_at=batch.completed_at,
            donation=batch.donation_number,
            therapy_id=batch.therapy_id,
            product_id=batch.product_id,
            program_id=batch.product.program_id,
            is_autologous=batch.product.is_autologous,
        ),
    )
