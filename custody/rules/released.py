"""What a release was signed for, and whether that is still what stands there."""

import hashlib
import json
from datetime import datetime
from functools import lru_cache

from audit.errors import Refusal
from custody.rules.leaving import MAY_GO_TO_A_PATIENT
from inventory.models import Vial

FINGERPRINTS = 1000
"""How many are remembered: the vials of a batch mostly share theirs."""


def fingerprint(vial: Vial) -> str:
    """
    Return the fingerprint of a vial; `fingerprint_of` says of what.

    vial: with its batch loaded.
    """
    batch = vial.batch
    return fingerprint_of(
        batch=batch.number,
        completed_at=batch.completed_at,
        donation=batch.donation_number,
        expires_at=vial.expires_at,
        product=batch.product_id,
        program=vial.program_id,
        therapy=batch.therapy_id,
    )


@lru_cache(maxsize=FINGERPRINTS)
def fingerprint_of(
    *,
    batch: str,
    completed_at: datetime,
    donation: str,
    expires_at: datetime,
    product: int,
    program: int,
    therapy: int | None,
) -> str:
    """
    Return SHA-256 in hex over the facts of a vial and its batch that a release rests on.

    Left out is what steps in storage change by their own rules: place, custody, volume, label, and
    for whom an allogeneic dose is. Source: 21 CFR 11.70; URS-52, URS-53.
    """
    facts = {
        "batch": batch,
        "completed_at": completed_at.isoformat(),
        "donation": donation,
        "expires_at": expires_at.isoformat(),
        "product": product,
        "program": program,
        "therapy": therapy,
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def may_be_another(quality: str, released_as: str) -> bool:
    """Say whether there is a release to hold a vial against: it could go to a patient."""
    return quality in MAY_GO_TO_A_PATIENT and bool(released_as)


def has_changed(vial: Vial, released_as: str) -> bool:
    """
    Say whether a vial that could go to a patient is another than the one that was released.

    released_as: its fingerprint at the decision; empty for a decision that kept none.
    """
    return may_be_another(vial.quality, released_as) and released_as != fingerprint(vial)


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
