"""Settling whether FDA was told of a deviation, by quality."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if
from sop.deviation_locks import lock_deviation
from sop.models import DecisionKind, Deviation, DeviationDecision
from sop.rules.deviations import refusals_to_change

NO_WORDS = Refusal("NO_WORDS", "Enter the number of the report, or write why none is due.")


def settle_report(
    *, deviation_id: int, words: str, intent: SignedIntent, at: datetime
) -> Deviation:
    """
    Stop the clock of 45 calendar days: it was reported, or need not be.

    words: the number of the report, or why none is due.
    Raises NotFound; NotAuthorised; ActionRefused (DEVIATION_CLOSED, NO_WORDS).
    Source: 21 CFR 600.14(c); URS-114.
    """
    with signed_change(intent, action="settle_report") as change:
        deviation = lock_deviation(deviation_id, seen_by=intent.signer)
        change.subject.update(deviation=deviation.number)
        require_role(intent.signer, [Role.QA])
        refuse_if(refusals_to_change(deviation) + ([] if words.strip() else [NO_WORDS]))
        deviation.reported_at, deviation.report_words = at, words.strip()
        deviation.save(update_fields=["reported_at", "report_words"])
        decision = DeviationDecision(
            deviation=deviation,
            kind=DecisionKind.REPORTED,
            outcome=words.strip()[:200],
            decided_at=at,
        )
        decision.save(force_insert=True)
        change.sign([decision])
        return deviation
