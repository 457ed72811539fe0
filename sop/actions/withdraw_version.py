"""Withdrawing a version that never counted."""

from datetime import datetime

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from sop.models import ProcedureVersion, VersionStatus
from sop.queries.writers import writers_of
from sop.rules.approving import refusals_to_withdraw
from sop.versions import CONTENT, WRITERS, lock_version


def withdraw_version(*, version_id: int, intent: SignedIntent, at: datetime) -> ProcedureVersion:
    """
    Take a version out of work for good.

    Who wrote it or quality withdraws a draft and what is in review; only quality what is approved
    and does not count yet.
    Raises NotFound; NotAuthorised; ActionRefused (WITHDRAWN_BEFORE, COUNTS_ALREADY, NOT_YOURS).
    Source: URS-08, URS-25.
    """
    with signed_change(intent, action="withdraw_version") as change:
        change.subject.update(version=version_id)
        version = lock_version(version_id)
        require_role(intent.signer, WRITERS)
        refuse_if(
            refusals_to_withdraw(
                status=version.status,
                effective_at=version.effective_at,
                is_writer=intent.signer.pk in writers_of(version_id),
                is_quality=Role.QA in intent.signer.role_names(),
                at=at,
            )
        )
        version.status = VersionStatus.WITHDRAWN
        version.save(update_fields=["status"])
        change.sign([version], only=CONTENT)
    return version
