"""Approving a version, signed by quality."""

from datetime import datetime

from accounts.authority import require_role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from sop.documents.checking import refusals_to_approve
from sop.documents.reading import stored_document
from sop.models import ProcedureVersion, VersionStatus
from sop.queries.writers import writers_of
from sop.rules.approving import refusals_of_approval
from sop.versions import APPROVAL, APPROVERS, RETIRED, lock_version, sign_version


def approve_version(
    *, version_id: int, effective_at: datetime | None, intent: SignedIntent, at: datetime
) -> ProcedureVersion:
    """
    Approve a version that is in review; nobody approves what they wrote.

    effective_at: from when it counts; nothing for from now on.
    Raises NotFound; NotAuthorised; ActionRefused (NOT_IN_REVIEW, WROTE_IT, PROCEDURE_RETIRED,
    EFFECTIVE_IN_THE_PAST, BEFORE_ANOTHER, and everything that is wrong with the document).
    Source: 21 CFR 211.100(a), 11.70; URS-08, URS-25.
    """
    with signed_change(intent, action="approve_version") as change:
        change.subject.update(version=version_id)
        version = lock_version(version_id)
        require_role(intent.signer, APPROVERS)
        approved = version.procedure.versions.filter(status=VersionStatus.APPROVED)
        later = approved.values_list("effective_at", flat=True)
        refuse_if(
            [
                *refusals_of_approval(
                    status=version.status,
                    is_writer=intent.signer.pk in writers_of(version_id),
                    effective_at=effective_at or at,
                    later=[each for each in later if each],
                    at=at,
                ),
                *([] if version.procedure.retired_at is None else [RETIRED]),
                *refusals_to_approve(stored_document(version.document)),
            ]
        )
        version.status = VersionStatus.APPROVED
        version.approved_by_id, version.approved_at = intent.signer.pk, at
        version.effective_at = effective_at or at
        version.save(update_fields=["status", "approved_by", "approved_at", "effective_at"])
        sign_version(change, version, APPROVAL)
    return version
