"""Classifying a deviation, by quality."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if
from sop.deviation_locks import lock_deviation
from sop.models import Classification, DecisionKind, Deviation, DeviationDecision
from sop.rules.deviations import refusals_to_change

NO_CLASS = Refusal("NO_CLASS", "Choose minor, major or critical.")


def classify_deviation(
    *, deviation_id: int, classification: Classification, intent: SignedIntent, at: datetime
) -> Deviation:
    """
    Say how grave a deviation is; it may be said anew until it is closed.

    Raises NotFound; NotAuthorised; ActionRefused (DEVIATION_CLOSED, NO_CLASS).
    Source: 21 CFR 211.192; URS-113, URS-121.
    """
    with signed_change(intent, action="classify_deviation") as change:
        deviation = lock_deviation(deviation_id, seen_by=intent.signer)
        change.subject.update(deviation=deviation.number)
        require_role(intent.signer, [Role.QA])
        refuse_if(
            refusals_to_change(deviation)
            + ([NO_CLASS] if classification == Classification.NOT_YET else [])
        )
        deviation.classification = classification
        deviation.save(update_fields=["classification"])
        decision = DeviationDecision(
            deviation=deviation,
            kind=DecisionKind.CLASSIFIED,
            outcome=str(classification.label),
            decided_at=at,
        )
        decision.save(force_insert=True)
        change.sign([decision])
        return deviation
