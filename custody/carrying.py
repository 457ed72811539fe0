"""What vials are carried in when they leave their place: refusals, and what the ledger keeps."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from audit.errors import NotFound, Refusal
from custody.models import Carrier
from custody.time_out import CARRIED_BY, COLD_FOR
from inventory.models import StorageClass, Vial

UNKNOWN_CARRIER = Refusal("UNKNOWN_CARRIER", "No such carrier. Choose it from the list.")


def find_carrier(carrier_id: int | None) -> Carrier | None:
    """
    Return the carrier; None stands for the open bench.

    Raises NotFound: there is none with this key.
    """
    if carrier_id is None:
        return None
    row = Carrier.objects.filter(pk=carrier_id).first()
    if row is None:
        raise NotFound([UNKNOWN_CARRIER])
    return row


def refusals_to_carry(
    carrier: Carrier | None, vials: Sequence[Vial], *, at: datetime
) -> list[Refusal]:
    """
    Say why these vials may not be carried in it; nothing is said of the open bench.

    vials: with their product. Source: REQUIREMENTS B5; URS-112.
    """
    if carrier is None:
        return []
    refusals = []
    newer = Carrier.objects.filter(name=carrier.name, version__gt=carrier.version)
    if not carrier.is_in_use or newer.exists():
        words = f"{carrier} is out of use, or was qualified anew. Choose from the list again."
        refusals.append(Refusal("CARRIER_OUT_OF_USE", words))
    if carrier.qualified_until is not None and carrier.qualified_until <= at:
        words = f"The qualification of {carrier} ended {carrier.qualified_until:%Y-%m-%d}."
        refusals.append(Refusal("CARRIER_NOT_QUALIFIED", f"{words} Take another carrier."))
    wanted = {vial.batch.product.storage_class for vial in vials}
    if carrier.storage_class and wanted - {carrier.storage_class}:
        kept = StorageClass(carrier.storage_class).label
        words = f"{carrier} is qualified for {kept} only. Take another carrier."
        refusals.append(Refusal("CARRIER_WRONG_STORAGE", words))
    return refusals


def details_of(carrier: Carrier | None) -> Mapping[str, object]:
    """Return what the ledger keeps of it; nothing for the open bench."""
    if carrier is None:
        return {}
    return {
        "carrier": carrier.name,
        CARRIED_BY: carrier.kind,
        COLD_FOR: round(carrier.cold_for.total_seconds()),
    }
