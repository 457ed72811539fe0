"""What a release was signed for, and whether that is still what stands there."""

import hashlib
import json

from audit.errors import Refusal
from custody.rules.leaving import MAY_GO_TO_A_PATIENT
from inventory.models import Vial


def fingerprint(vial: Vial) -> str:
    """
    Return SHA-256 in hex over the facts of a vial and its batch that a release rests on.

    vial: with its batch loaded. Left out is what steps in storage change by their own rules:
    place, custody, volume, label, and for whom an allogeneic dose is.
    Source: 21 CFR 11.70; URS-52, URS-53.
    """
    batch = vial.batch
    facts = {
        "batch": batch.number,
        "completed_at": batch.completed_at.isoformat(),
        "donation": batch.donation_number,
        "expires_at": vial.expires_at.isoformat(),
        "product": batch.product_id,
        "program": vial.program_id,
        "therapy": batch.therapy_id,
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def has_changed(vial: Vial, released_as: str) -> bool:
    """
    Say whether a vial that could go to a patient is another than the one that was released.

    released_as: its fingerprint at the decision; empty for a decision that kept none.
    """
    is_out = vial.quality in MAY_GO_TO_A_PATIENT
    return is_out and bool(released_as) and released_as != fingerprint(vial)


def refusals_of_a_change(vial: Vial, released_as: str) -> list[Refusal]:
    """
    Say that what was released is not what stands there; empty when it is.

    Source: REQUIREMENTS scenario 16; URS-53.
    """
    if not has_changed(vial, released_as):
        return []
    words = (
        f"The record of {vial.code} was changed after it was released. QA must quarantine it, look "
        "at the change, and release it anew."
    )
    return [Refusal("CHANGED_SINCE_RELEASE", words)]
