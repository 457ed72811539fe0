"""Returning a version from review to its author, with a comment."""

from accounts.authority import require_role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import refuse_if
from sop.models import ProcedureVersion, VersionStatus
from sop.rules.approving import NOT_IN_REVIEW
from sop.versions import APPROVERS, CONTENT, lock_version


def return_version(*, version_id: int, intent: SignedIntent) -> ProcedureVersion:
    """
    Make a version in review a draft again; the reason of the signature is the comment.

    Raises NotFound; NotAuthorised; ActionRefused (NOT_IN_REVIEW).
    Source: 21 CFR 211.100(a); URS-08.
    """
    with signed_change(intent, action="return_version") as change:
        change.subject.update(version=version_id)
        version = lock_version(version_id)
        require_role(intent.signer, APPROVERS)
        refuse_if([] if version.status == VersionStatus.IN_REVIEW else [NOT_IN_REVIEW])
        version.status = VersionStatus.DRAFT
        version.save(update_fields=["status"])
        change.sign([version], only=CONTENT)
    return version
