"""Ending emergency access before it ends by itself."""

from datetime import datetime

from accounts.authority import require_own_account, require_role
from accounts.emergencies import APPROVERS, NOT_RUNNING, lasts, locked_emergency
from accounts.models import EmergencyAccess
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if


def end_emergency_access(
    *, emergency_id: int, intent: SignedIntent, at: datetime
) -> EmergencyAccess:
    """
    End emergency access at once: by whoever has it, or by anybody who may approve one.

    Raises NotFound; NotAuthorised; ActionRefused (NOT_RUNNING).
    Source: 21 CFR 11.300(d); URS-22.
    """
    with signed_change(intent, action="end_emergency_access") as change:
        row = locked_emergency(emergency_id)
        change.subject.update(emergency=emergency_id, person=row.person.user_id)
        if row.person_id == intent.signer.pk:
            require_own_account(intent.signer, row.person)
        else:
            require_role(intent.signer, APPROVERS)
        refuse_if([] if lasts(row, at=at) else [NOT_RUNNING])
        row.ended_by_id, row.ended_at = intent.signer.pk, at
        row.save(update_fields=["ended_by", "ended_at"])
        change.sign([row])
    return row
