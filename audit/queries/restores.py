"""What restores lost: the loss that is open, those that were signed, and where numbers end now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.models import Change, RestoreReconciliation, Signature
from audit.seals.losses import Loss
from audit.seals.standing import loss_now
from audit.signing import SignatureBlock, signature_blocks


@dataclass(frozen=True, kw_only=True)
class OpenLoss:
    """
    A loss that nobody signed yet.

    restored_to: when the newest Change that is there was recorded; newest_change: its number.
    signed_until: when the newest signature that is there was made.
    """

    loss: Loss
    restored_to: datetime | None
    newest_change: int
    signed_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class Reconciled:
    """A loss that quality signed."""

    row: RestoreReconciliation
    signatures: Sequence[SignatureBlock]


def open_loss() -> OpenLoss | None:
    """Return what the anchor has and the database lacks, unless it was signed off."""
    loss = loss_now()
    if loss is None:
        return None
    newest = Change.objects.order_by("-id").first()
    signature = Signature.objects.order_by("-id").values_list("signed_at", flat=True).first()
    return OpenLoss(
        loss=loss,
        restored_to=None if newest is None else newest.recorded_at,
        newest_change=0 if newest is None else newest.pk,
        signed_until=signature,
    )


def reconciliations() -> list[Reconciled]:
    """Return every signed loss, newest first; there are few."""
    return [
        Reconciled(row=row, signatures=signature_blocks(RestoreReconciliation, row.pk))
        for row in RestoreReconciliation.objects.order_by("-id")
    ]
