"""Reviewing what was done under emergency access, by quality."""

from datetime import datetime

from accounts.authority import require_role
from accounts.emergencies import REVIEWERS, locked_emergency, refusals_to_review
from accounts.models import EmergencyAccess
from accounts.queries.emergencies import changes_under
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if


def review_emergency_access(
    *, emergency_id: int, intent: SignedIntent, at: datetime
) -> EmergencyAccess:
    """
    Sign that every Change made under emergency access was looked at; the reason says the outcome.

    Raises NotFound; NotAuthorised; ActionRefused (ALREADY_REVIEWED, OWN_EMERGENCY, OWN_APPROVAL,
    NOT_RUNNING, STILL_RUNNING).
    Source: 21 CFR 11.300(d); URS-22.
    """
    with signed_change(intent, action="review_emergency_access") as change:
        row = locked_emergency(emergency_id)
        change.subject.update(emergency=emergency_id, person=row.person.user_id)
        require_role(intent.signer, REVIEWERS)
        refuse_if(refusals_to_review(row, intent.signer, at=at))
        row.reviewed_by_id, row.reviewed_at = intent.signer.pk, at
        row.reviewed_changes = changes_under(row).count()
        row.save(update_fields=["reviewed_by", "reviewed_at", "reviewed_changes"])
        change.sign([row])
    return row
