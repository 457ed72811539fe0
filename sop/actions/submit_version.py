"""Submitting a draft to quality, signed by its author."""

from accounts.authority import require_role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if
from sop.documents.checking import refusals_to_approve
from sop.documents.reading import stored_document
from sop.models import ProcedureVersion, VersionStatus
from sop.queries.writers import writers_of
from sop.versions import CONTENT, WRITERS, lock_version, refusals_to_work_on, sign_version

NOT_A_WRITER = Refusal(
    "NOT_A_WRITER",
    "You did not write on this draft, and an author signs what they wrote. Let its author submit "
    "it, or take it over by editing it.",
)


def submit_version(*, version_id: int, intent: SignedIntent) -> ProcedureVersion:
    """
    Sign a draft as its author and hand it to quality; from then on the document stays as it is.

    Whoever wrote on it may submit it, and is its author from then on.
    Raises NotFound; NotAuthorised; ActionRefused (NOT_A_DRAFT, PROCEDURE_RETIRED, NOT_A_WRITER,
    and everything that keeps the document from approval, at once).
    Source: 21 CFR 211.100(a), 11.70; URS-08, URS-25.
    """
    with signed_change(intent, action="submit_version") as change:
        change.subject.update(version=version_id)
        version = lock_version(version_id)
        require_role(intent.signer, WRITERS)
        refuse_if(
            [
                *refusals_to_work_on(version),
                *([] if intent.signer.pk in writers_of(version_id) else [NOT_A_WRITER]),
                *refusals_to_approve(stored_document(version.document)),
            ]
        )
        version.status = VersionStatus.IN_REVIEW
        version.author_id = intent.signer.pk
        version.save(update_fields=["status", "author"])
        sign_version(change, version, CONTENT)
    return version
